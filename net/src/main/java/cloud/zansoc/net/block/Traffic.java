package cloud.zansoc.net.block;

/**
 * Bytes moved since a server or dialer was made, TLS included.
 *
 * @param bytesIn received
 * @param bytesOut sent
 */
public record Traffic(long bytesIn, long bytesOut) {}
