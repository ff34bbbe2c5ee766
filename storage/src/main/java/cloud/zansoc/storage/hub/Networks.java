package cloud.zansoc.storage.hub;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Which addresses belong together: a /24 of IPv4, a /48 of IPv6. */
final class Networks {
  private static final int IPV4_PREFIX_BYTES = 3;
  private static final int IPV6_PREFIX_BYTES = 6;

  private Networks() {}

  /** The network of {@code ip}, or {@code ip} itself where it is no literal address. */
  static String prefix(String ip) {
    String literal = ip.indexOf('%') > 0 ? ip.substring(0, ip.indexOf('%')) : ip;
    // A literal is asked for by its look first: getByName would look a name up.
    boolean four = literal.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    if (!four && literal.indexOf(':') < 0) {
      return ip;
    }
    try {
      InetAddress address = InetAddress.getByName(literal);
      int length = address instanceof Inet4Address ? IPV4_PREFIX_BYTES : IPV6_PREFIX_BYTES;
      byte[] prefix = Arrays.copyOf(address.getAddress(), length);
      return HexFormat.of().formatHex(prefix) + "/" + 8 * length;
    } catch (UnknownHostException e) {
      return ip;
    }
  }
}
