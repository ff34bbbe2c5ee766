package cloud.zansoc.net.block;

import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes that cross the wire, TLS included. Thread-safe. */
final class ByteCounter {
  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();

  void received(int bytes) {
    in.add(bytes);
  }

  void sent(int bytes) {
    out.add(bytes);
  }

  Traffic total() {
    return new Traffic(in.sum(), out.sum());
  }
}
