package cloud.zansoc.compute.host;

import org.jspecify.annotations.Nullable;

/**
 * Lets one thread end what another one waits for: a pull that takes minutes and is no longer
 * wanted. Thread-safe.
 */
final class Interruption {
  private @Nullable Thread waiting;

  /** Does what may be interrupted; the thread is as it was afterwards. */
  void during(Runnable action) {
    synchronized (this) {
      waiting = Thread.currentThread();
    }
    try {
      action.run();
    } finally {
      synchronized (this) {
        waiting = null;
        var _ = Thread.interrupted();
      }
    }
  }

  /** Ends what is under way, if something is. */
  synchronized void interrupt() {
    if (waiting != null) {
      waiting.interrupt();
    }
  }
}
