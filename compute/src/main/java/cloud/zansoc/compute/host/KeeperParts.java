package cloud.zansoc.compute.host;

import cloud.zansoc.compute.engine.Engine;
import java.util.Optional;

/**
 * What the keepers of single instances share.
 *
 * @param volumes none where this host has no volumes
 * @param networks none where its instances cannot be in private networks
 */
record KeeperParts(
    Engine engine,
    ImageKeeper images,
    Optional<VolumeKeeper> volumes,
    Optional<NetworkKeeper> networks,
    OrderBook book,
    HubClock clock,
    Fence fence,
    Scheduler scheduler) {}
