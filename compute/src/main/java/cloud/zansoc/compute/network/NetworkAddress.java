package cloud.zansoc.compute.network;

import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address in the private networks, all of which share 100.64.0.0/10: a range that neither homes
 * nor the internet use (RFC 6598). Its first 256 addresses are for lighthouses.
 *
 * @param bits the four bytes, the first one highest
 */
public record NetworkAddress(int bits) implements Comparable<NetworkAddress> {
  /** The length of the prefix that all share. */
  public static final int PREFIX_BITS = 10;

  private static final int FIRST = 0x64400000;
  private static final int COUNT = 1 << (Integer.SIZE - PREFIX_BITS);
  private static final int LIGHTHOUSES = 256;
  private static final int MASK = -COUNT;
  private static final Pattern DOTTED =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  /** The hub's own lighthouse. */
  public static final NetworkAddress HUB = new NetworkAddress(FIRST + 1);

  public NetworkAddress {
    if ((bits & MASK) != FIRST) {
      throw new IllegalArgumentException(text(bits) + " is not in 100.64.0.0/10");
    }
  }

  /** One that an instance can have, at random; the very first and last are no one's. */
  public static NetworkAddress random(RandomGenerator random) {
    return new NetworkAddress(FIRST + random.nextInt(LIGHTHOUSES, COUNT - 1));
  }

  /**
   * Reads 100.64.3.7.
   *
   * @throws IllegalArgumentException if it is no address of the range
   */
  public static NetworkAddress parse(String text) {
    Matcher parts = DOTTED.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no address such as 100.64.3.7");
    }
    int bits = 0;
    for (int i = 1; i <= parts.groupCount(); i++) {
      int part = Integer.parseInt(parts.group(i));
      if (part > 0xff) {
        throw new IllegalArgumentException("'" + text + "' is no address such as 100.64.3.7");
      }
      bits = bits << Byte.SIZE | part;
    }
    return new NetworkAddress(bits);
  }

  /** Whether it is for lighthouses other than the hub's. */
  public boolean isLighthouse() {
    return bits > HUB.bits && bits < FIRST + LIGHTHOUSES;
  }

  /** The address with the length of its prefix: 100.64.3.7/10. */
  public String withPrefix() {
    return this + "/" + PREFIX_BITS;
  }

  @Override
  public int compareTo(NetworkAddress other) {
    return Integer.compareUnsigned(bits, other.bits);
  }

  /** 100.64.3.7. */
  @Override
  public String toString() {
    return text(bits);
  }

  static int mask() {
    return MASK;
  }

  private static String text(int bits) {
    return "%d.%d.%d.%d".formatted(bits >>> 24, bits >>> 16 & 0xff, bits >>> 8 & 0xff, bits & 0xff);
  }
}
