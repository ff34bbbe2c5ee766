package cloud.zansoc.compute.api;

import java.util.List;
import java.util.Map;

/**
 * An instance's place in the private network of its deployment.
 *
 * @param address of the instance there, with the length of the prefix: 100.64.3.7/10
 * @param authority PEM of the authorities that the members trust
 * @param certificate PEM, for this address and the deployment's group
 * @param key PEM of its secret key
 * @param group all members have, and no others
 * @param lighthouses overlay address to underlay addresses (host:port)
 * @param names every name that resolves inside, with its address
 * @param blocked fingerprints of the certificates that are refused although they have not expired:
 *     of members that have moved away from a host or are gone
 */
public record PrivateNetwork(
    String address,
    String authority,
    String certificate,
    String key,
    String group,
    Map<String, List<String>> lighthouses,
    Map<String, String> names,
    List<String> blocked) {
  /** What the names end with: web-1.shop.zan. */
  public static final String DOMAIN = "zan";

  public PrivateNetwork {
    lighthouses = Map.copyOf(lighthouses);
    names = Map.copyOf(names);
    blocked = List.copyOf(blocked);
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "place %s of group %s".formatted(address, group);
  }
}
