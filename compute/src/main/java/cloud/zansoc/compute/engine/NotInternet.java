package cloud.zansoc.compute.engine;

import java.util.List;

/** IPv4 addresses that are not of the Internet, by IANA's registry of special addresses. */
public final class NotInternet {
  /**
   * Private, shared (CGNAT), link-local (with the clouds' metadata services), loopback, multicast,
   * reserved and test networks.
   */
  public static final List<String> NETWORKS =
      List.of(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3");

  private NotInternet() {}
}
