package cloud.zansoc.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.concurrent.atomic.LongAdder;

/** Counts and slows the bytes of blocks that come and go. Thread-safe; waits block the thread. */
final class Traffic {
  private final Throttle up = new Throttle(System::nanoTime);
  private final Throttle down = new Throttle(System::nanoTime);
  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();

  /** Obeys new limits from the next block on. */
  void limit(HostConfiguration.Network network) {
    up.limit(network.upLimit().map(ByteSize::bytes).orElse(0L));
    down.limit(network.downLimit().map(ByteSize::bytes).orElse(0L));
  }

  /** Takes note of a block that came, and waits until its turn. */
  void received(int bytes) {
    in.add(bytes);
    await(down, bytes);
  }

  /** Takes note of a block that goes, and waits until its turn. */
  void sent(int bytes) {
    out.add(bytes);
    await(up, bytes);
  }

  long bytesIn() {
    return in.sum();
  }

  long bytesOut() {
    return out.sum();
  }

  private static void await(Throttle throttle, int bytes) {
    try {
      throttle.await(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(
          ErrorCode.TIMED_OUT, "the request was given up while the line was full", e);
    }
  }
}
