package cloud.zansoc.compute.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.Optional;

/**
 * A port of a service that the hub publishes as one endpoint over all its healthy replicas.
 *
 * @param port inside the instance
 * @param publicPort wanted at the hub for {@link Protocol#TCP}; none: the hub chooses
 */
public record PortSpec(int port, Protocol protocol, Optional<Integer> publicPort) {
  /** How an endpoint forwards. */
  public enum Protocol {
    /** Requests, by host name or path prefix; WebSocket too. */
    HTTP,
    /** Connections, by a port of their own at the hub. */
    TCP
  }

  public PortSpec {
    check(port);
    publicPort.ifPresent(PortSpec::check);
  }

  private static void check(int port) {
    if (port < 1 || port > 65_535) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "a port is 1 to 65535, not " + port);
    }
  }
}
