package cloud.zansoc.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Measures contenders in turns, so that a change of the machine's speed meets all of them. What
 * else runs on the machine only ever adds time: therefore the fastest tenth counts, not the mean.
 */
final class Stopwatch {
  private static final int MINIMUM_ROUNDS = 15;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private Stopwatch() {}

  /** Something to measure. */
  @FunctionalInterface
  interface Contender {
    void run() throws Throwable;
  }

  /**
   * The CPU time in nanoseconds that each contender's fastest tenth of runs stays below.
   *
   * @param warmUp how much CPU time they run in turns before anything counts
   * @param measured how much they run in turns after that, at least 15 times
   */
  static double[] nanos(Duration warmUp, Duration measured, List<Contender> contenders)
      throws Throwable {
    rounds(warmUp, contenders);
    long[][] measurements = rounds(measured, contenders);
    double[] fastest = new double[contenders.size()];
    for (int contender = 0; contender < fastest.length; contender++) {
      int index = contender;
      long[] sorted =
          Arrays.stream(measurements).mapToLong(round -> round[index]).sorted().toArray();
      fastest[contender] = sorted[sorted.length / 10];
    }
    return fastest;
  }

  private static long[][] rounds(Duration length, List<Contender> contenders) throws Throwable {
    long end = THREADS.getCurrentThreadCpuTime() + length.toNanos();
    long[][] nanos = new long[64][];
    int rounds = 0;
    while (rounds < MINIMUM_ROUNDS || THREADS.getCurrentThreadCpuTime() < end) {
      if (rounds == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * rounds);
      }
      nanos[rounds] = new long[contenders.size()];
      for (int contender = 0; contender < contenders.size(); contender++) {
        long start = THREADS.getCurrentThreadCpuTime();
        contenders.get(contender).run();
        nanos[rounds][contender] = THREADS.getCurrentThreadCpuTime() - start;
      }
      rounds++;
    }
    return Arrays.copyOf(nanos, rounds);
  }
}
