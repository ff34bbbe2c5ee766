package cloud.zansoc.hub;

import cloud.zansoc.compute.network.NetworkAddress;
import cloud.zansoc.net.HostAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a hub makes private networks.
 *
 * @param port of UDP, where its own lighthouse listens; 0 takes a free one; none: it runs none
 * @param lighthouses that run elsewhere: their addresses in the networks, and outside
 */
public record NetworkSettings(
    Optional<Integer> port, Map<NetworkAddress, HostAddress> lighthouses) {
  /** The lighthouse's usual port. */
  public static final int PORT = 4242;

  /** A lighthouse of its own, and no others. */
  public static final NetworkSettings DEFAULT = new NetworkSettings(Optional.of(PORT), Map.of());

  public NetworkSettings {
    lighthouses = Map.copyOf(lighthouses);
  }

  /**
   * Reads "100.64.0.2=192.0.2.7:4242", several of them with spaces between.
   *
   * @throws IllegalArgumentException that says what is accepted
   */
  static Map<NetworkAddress, HostAddress> parseLighthouses(String text) {
    Map<NetworkAddress, HostAddress> lighthouses = new TreeMap<>();
    for (String one : text.strip().split("\\s+", -1)) {
      int equals = one.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "write for example 100.64.0.2=192.0.2.7:4242, several with spaces between");
      }
      NetworkAddress overlay = NetworkAddress.parse(one.substring(0, equals));
      if (!overlay.isLighthouse()) {
        throw new IllegalArgumentException(
            overlay + " is not for lighthouses: take 100.64.0.2 to 100.64.0.255");
      }
      if (lighthouses.put(overlay, HostAddress.parse(one.substring(equals + 1))) != null) {
        throw new IllegalArgumentException(overlay + " is there twice");
      }
    }
    return lighthouses;
  }
}
