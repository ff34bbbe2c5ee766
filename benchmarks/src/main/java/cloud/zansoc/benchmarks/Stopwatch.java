package cloud.zansoc.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Measures contenders in turns, so that a change of the machine's speed meets all of them. */
final class Stopwatch {
  private static final int MINIMUM_ROUNDS = 15;

  private Stopwatch() {}

  /** Something to measure. */
  @FunctionalInterface
  interface Contender {
    void run() throws Throwable;
  }

  /**
   * The median duration in nanoseconds of each contender.
   *
   * @param warmUp how long they run in turns before anything counts
   * @param measured how long they run in turns after that, at least 15 times
   */
  static double[] medianNanos(Duration warmUp, Duration measured, List<Contender> contenders)
      throws Throwable {
    rounds(warmUp, contenders);
    long[][] nanos = rounds(measured, contenders);
    double[] medians = new double[contenders.size()];
    for (int contender = 0; contender < medians.length; contender++) {
      int index = contender;
      long[] sorted = Arrays.stream(nanos).mapToLong(round -> round[index]).sorted().toArray();
      medians[contender] = sorted[sorted.length / 2];
    }
    return medians;
  }

  private static long[][] rounds(Duration length, List<Contender> contenders) throws Throwable {
    long end = System.nanoTime() + length.toNanos();
    long[][] nanos = new long[64][];
    int rounds = 0;
    while (rounds < MINIMUM_ROUNDS || System.nanoTime() < end) {
      if (rounds == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * rounds);
      }
      nanos[rounds] = new long[contenders.size()];
      for (int contender = 0; contender < contenders.size(); contender++) {
        long start = System.nanoTime();
        contenders.get(contender).run();
        nanos[rounds][contender] = System.nanoTime() - start;
      }
      rounds++;
    }
    return Arrays.copyOf(nanos, rounds);
  }
}
