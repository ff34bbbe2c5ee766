package cloud.zansoc.storage.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.NodeView;
import java.util.Map;
import java.util.Optional;

/**
 * A host as storage sees it, at one moment.
 *
 * @param publicKey its raw Ed25519 key, 32 bytes, to verify receipts by
 * @param state as the registry has it; only READY hosts get new blocks
 * @param free what it would still take
 * @param direct where others reach its block port, if they can
 * @param network hosts of one network fail together, see {@link #networkOf}
 * @param reputation 0 (never choose it) to 1
 */
public record StorageHost(
    PeerId id,
    byte[] publicKey,
    String name,
    NodeView.State state,
    ByteSize free,
    Optional<HostAddress> direct,
    String network,
    double reputation) {

  public StorageHost {
    publicKey = publicKey.clone();
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** True while its control connection stands: it can be read from. */
  public boolean connected() {
    return switch (state) {
      case READY, PAUSED, DRAINING -> true;
      case OFFLINE, LOST, LEFT -> false;
    };
  }

  /** True where what it holds no longer counts: lost, left, or about to leave. */
  public boolean going() {
    return switch (state) {
      case LOST, LEFT, DRAINING -> true;
      case READY, PAUSED, OFFLINE -> false;
    };
  }

  /** True where what it holds is not to be had, as far as the hub knows. */
  public boolean gone() {
    return switch (state) {
      case LOST, LEFT -> true;
      case READY, PAUSED, DRAINING, OFFLINE -> false;
    };
  }

  /**
   * The network of a host: its label {@code zone} where it has one, else the first 24 bits of an
   * IPv4 address or the first 48 of an IPv6 address.
   *
   * @param ip the address that the hub sees, in text; a text that is no address stands for itself
   */
  public static String networkOf(String ip, Map<String, String> labels) {
    String zone = labels.get("zone");
    if (zone != null && !zone.isEmpty()) {
      return "zone=" + zone;
    }
    return Networks.prefix(ip);
  }
}
