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

  /** Ends the connection; the host will dial again. */
  void close();
}
