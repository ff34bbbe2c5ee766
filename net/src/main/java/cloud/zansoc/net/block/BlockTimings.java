package cloud.zansoc.net.block;

import java.time.Duration;

/**
 * How long the ends of a block connection wait.
 *
 * @param connect for TCP to connect, each address
 * @param handshake for TLS to agree
 * @param stall without a byte moving while an answer, or the rest of a frame, is due
 * @param request for one request, from the call to its answer
 * @param idle until a connection without requests is closed; a client waits half as long, so that
 *     it does not send into a connection that its host is closing
 */
public record BlockTimings(
    Duration connect, Duration handshake, Duration stall, Duration request, Duration idle) {
  /** What programs use. */
  public static final BlockTimings STANDARD =
      new BlockTimings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(4));
}
