package cloud.zansoc.compute.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.time.Duration;
import java.util.List;

/**
 * How an instance shows that it works. It is healthy after one success, and no longer after {@code
 * failures} in a row.
 *
 * @param port asked by HTTP and TCP; 0 for COMMAND
 * @param path asked by HTTP, which must answer 200 to 399; empty otherwise
 * @param command run by COMMAND, which must exit with 0; empty otherwise
 */
public record HealthCheck(
    Kind kind,
    int port,
    String path,
    List<String> command,
    Duration interval,
    Duration timeout,
    int failures) {
  /** What is asked. */
  public enum Kind {
    HTTP,
    TCP,
    COMMAND
  }

  public HealthCheck {
    command = List.copyOf(command);
    boolean complete =
        switch (kind) {
          case HTTP -> port > 0 && port < 65_536 && path.startsWith("/");
          case TCP -> port > 0 && port < 65_536;
          case COMMAND -> !command.isEmpty();
        };
    if (!complete
        || interval.isNegative()
        || interval.isZero()
        || timeout.isNegative()
        || timeout.isZero()
        || failures < 1) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a health check needs a port and a path (HTTP), a port (TCP) or a command, times above 0 and at least one failure");
    }
  }
}
