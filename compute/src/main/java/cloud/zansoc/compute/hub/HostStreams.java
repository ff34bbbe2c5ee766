package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.control.ControlStream;
import java.time.Duration;

/** Opens streams to hosts over their control connections. Thread-safe. */
@FunctionalInterface
public interface HostStreams {
  /**
   * Opens a stream, and waits until the host serves it. The caller closes it.
   *
   * @throws cloud.zansoc.base.ZansocException UNREACHABLE where the host is not connected, what the
   *     host threw, RATE_LIMITED or TIMED_OUT
   */
  ControlStream open(PeerId host, String name, byte[] request, Duration timeout);
}
