package cloud.zansoc.compute.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;

/** Opens a stream to a TCP port of an instance; the connection's bytes go both ways on it. */
public record PortStart(InstanceId instance, int port) {
  /** The stream's name. */
  public static final String STREAM = "port";

  public PortStart {
    if (port < 1 || port > 65_535) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "a port is 1 to 65535, not " + port);
    }
  }
}
