package cloud.zansoc.net.block;

import io.netty.channel.Channel;
import java.util.EnumSet;
import java.util.Set;

/**
 * Stops the reading of one channel for as long as anybody has a reason to. Used on the channel's
 * event loop only.
 */
final class ReadGate {
  /** Why nothing is read. */
  enum Reason {
    /** Too much of what was read is still being worked on. */
    WORK_IN_FLIGHT,
    /** The bandwidth limit is reached. */
    BANDWIDTH
  }

  private final Channel channel;
  private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);

  ReadGate(Channel channel) {
    this.channel = channel;
  }

  void shut(Reason reason) {
    reasons.add(reason);
    channel.config().setAutoRead(false);
  }

  void open(Reason reason) {
    if (reasons.remove(reason) && reasons.isEmpty()) {
      channel.config().setAutoRead(true);
    }
  }

  boolean isOpen() {
    return reasons.isEmpty();
  }
}
