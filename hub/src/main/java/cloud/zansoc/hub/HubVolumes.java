package cloud.zansoc.hub;

import cloud.zansoc.compute.hub.VolumeHosts;
import cloud.zansoc.compute.hub.Volumes;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlVolumeStore;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.storage.hub.Catalogue;
import java.security.SecureRandom;
import java.time.Clock;

/** The volumes of a hub: their records in its database, their snapshots in its catalogue. */
public final class HubVolumes {
  private HubVolumes() {}

  /**
   * The volumes in {@code database}; what was being removed when the hub ended is removed.
   *
   * @param identity from which the key follows that seals those of the volumes
   */
  public static Volumes open(
      Database database, Catalogue catalogue, VolumeHosts hosts, Identity identity, Clock clock) {
    SecureRandom random = new SecureRandom();
    Volumes volumes =
        new Volumes(
            new SqlVolumeStore(database),
            new Volumes.Surroundings(
                new HubVolumeBuckets(catalogue), new HubVolumeKeys(identity, random), hosts),
            clock,
            random);
    volumes.finishRemovals();
    return volumes;
  }
}
