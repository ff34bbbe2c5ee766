package cloud.zansoc.hub.endpoint;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a hub publishes the ports of deployments.
 *
 * @param httpPort 0 takes a free one and keeps it; none: no plain HTTP
 * @param httpsPort likewise
 * @param domain below which services have names; none: they are reached by path only
 * @param tcpPorts from which deployments get theirs; none: none
 * @param certificate for HTTPS; none: the hub makes one that nobody vouches for
 */
public record EndpointSettings(
    Optional<Integer> httpPort,
    Optional<Integer> httpsPort,
    Optional<String> domain,
    Optional<PortRange> tcpPorts,
    Optional<PemFiles> certificate) {
  /** The usual port of HTTP. */
  public static final int HTTP_PORT = 8080;

  /** The usual port of HTTPS. */
  public static final int HTTPS_PORT = 8443;

  /** The usual values. */
  public static final EndpointSettings DEFAULT =
      new EndpointSettings(
          Optional.of(HTTP_PORT),
          Optional.of(HTTPS_PORT),
          Optional.empty(),
          Optional.of(new PortRange(10_000, 19_999)),
          Optional.empty());

  /** Nothing is published. */
  public static final EndpointSettings NONE =
      new EndpointSettings(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final Pattern DOMAIN =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  /**
   * Checks a domain.
   *
   * @throws IllegalArgumentException that says what is accepted
   */
  public static String parseDomain(String text) {
    if (!DOMAIN.matcher(text).matches()) {
      throw new IllegalArgumentException("write for example apps.example.org");
    }
    return text;
  }

  /** Ports from {@code first} to {@code last}. */
  public record PortRange(int first, int last) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");

    public PortRange {
      if (first < 1 || last > 65_535 || first > last) {
        throw new IllegalArgumentException(
            "a range of ports is within 1 to 65535, not %d to %d".formatted(first, last));
      }
    }

    /**
     * Reads "10000-19999".
     *
     * @throws IllegalArgumentException that says what is accepted
     */
    public static PortRange parse(String text) {
      Matcher matcher = TEXT.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("write for example 10000-19999");
      }
      return new PortRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    boolean contains(int port) {
      return port >= first && port <= last;
    }

    int size() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first + "-" + last;
    }
  }

  /**
   * A certificate and its key, each in a file of PEM; read again when they change.
   *
   * @param certificate with those that it follows from behind it
   */
  public record PemFiles(Path certificate, Path key) {}
}
