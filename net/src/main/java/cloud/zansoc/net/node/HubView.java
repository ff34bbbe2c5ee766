package cloud.zansoc.net.node;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.HostAddress;
import java.time.Instant;

/**
 * A hub: GET /v1/hub, for anybody.
 *
 * @param peerAddress where hosts dial in and clients reach the relay
 * @param time the hub's clock
 * @param admission what a machine must have to join as a host
 */
public record HubView(
    PeerId id, String version, HostAddress peerAddress, Instant time, AdmissionRules admission) {}
