package cloud.zansoc.net;

/**
 * Where a peer listens.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record HostAddress(String host, int port) {
  public HostAddress {
    if (host.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "'" + host + ":" + port + "' is not an address; write for example 192.0.2.7:7070");
    }
  }

  /**
   * Parses "name:port" or "[v6]:port".
   *
   * @throws IllegalArgumentException that says what is accepted
   */
  public static HostAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = text.substring(0, Math.max(0, colon));
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      return new HostAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an address; write for example 192.0.2.7:7070", e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
