package cloud.zansoc.storage.host;

/** Waiting for a thread to its end, whatever interrupts come. */
final class Threads {
  private Threads() {}

  /** Waits until {@code thread} has ended; an interrupt meanwhile stays set. */
  static void joinFully(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
