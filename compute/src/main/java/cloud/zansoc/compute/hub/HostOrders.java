package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import java.time.Duration;

/** Gives orders to hosts over their control connections. Thread-safe. */
@FunctionalInterface
public interface HostOrders {
  /**
   * Gives an order and waits for the answer.
   *
   * @param name one of {@link cloud.zansoc.net.node.Orders}
   * @throws cloud.zansoc.base.ZansocException UNREACHABLE where the host is not connected, what the
   *     host threw, or TIMED_OUT
   */
  byte[] order(PeerId host, String name, byte[] body, Duration timeout);
}
