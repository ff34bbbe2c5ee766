package cloud.zansoc.net.control;

import cloud.zansoc.base.PeerId;
import java.time.Duration;

/** The hub's end of one host's control connection. Thread-safe. */
public interface HostLink {
  /** Which host. */
  PeerId host();

  /** The address the connection came from, as the hub sees it. */
  String remoteIp();

  /**
   * Gives an order and waits for the answer.
   *
   * @throws cloud.zansoc.base.ZansocException what the host threw; UNREACHABLE or TIMED_OUT
   */
  byte[] order(String name, byte[] body, Duration timeout);

  /**
   * Opens a stream, and waits until the host serves it. The caller closes it.
   *
   * @param request at most {@value StreamHandler#MAX_REQUEST_BYTES} bytes
   * @throws cloud.zansoc.base.ZansocException what the host threw instead of serving it;
   *     RATE_LIMITED where the host serves as many as it may, UNREACHABLE or TIMED_OUT
   */
  ControlStream open(String name, byte[] request, Duration timeout);

  /** Ends the connection; the host will dial again. */
  void close();
}
