package cloud.zansoc.benchmarks;

import cloud.zansoc.base.Limits;
import cloud.zansoc.net.identity.Identity;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Blocks of 256 KiB each way over TLS 1.3 on kept connections of the loopback, beside the same
 * exchange on the JDK's HttpsServer and java.net.http, in turns. Both ends run in this process, so
 * CPU time is that of client and server together.
 */
public final class TransportSideBySide {
  private static final double TARGET = 1.5;
  private static final int CALLERS = 8;
  private static final int BLOCKS = 512;
  private static final int WARM_UPS = 4;
  private static final int ROUNDS = 9;

  private TransportSideBySide() {}

  /** One way to move blocks. */
  interface Contender extends AutoCloseable {
    void put(byte[] block);

    /** Returns the number of bytes read. */
    int get();

    @Override
    void close();
  }

  /** Prints a line for each direction; needs no arguments. */
  public static void main(String[] arguments) throws Exception {
    byte[] block = new byte[Limits.BLOCK_BYTES];
    new Random(1).nextBytes(block);
    SecureRandom random = new SecureRandom();
    Identity host = Identity.create(random);
    Identity client = Identity.create(random);
    System.out.printf(
        "%-5s %16s %16s %7s %14s %14s %7s%n",
        "", "ours GB/CPU s", "JDK GB/CPU s", "ratio", "ours GB/s", "JDK GB/s", "ratio");
    try (Contender ours = new BlockTransportContender(host, client, block);
        Contender jdk = new JdkHttpContender(host, client, block)) {
      compare("put", block, List.of(ours, jdk), true);
      compare("get", block, List.of(ours, jdk), false);
    }
  }

  private static void compare(String name, byte[] block, List<Contender> contenders, boolean put)
      throws Exception {
    double[][] cpu = new double[contenders.size()][ROUNDS];
    double[][] wall = new double[contenders.size()][ROUNDS];
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        long cpuStart = cpuNanos();
        long start = System.nanoTime();
        move(contenders.get(i), block, put);
        if (round >= 0) {
          double bytes = (double) BLOCKS * Limits.BLOCK_BYTES;
          cpu[i][round] = bytes / (cpuNanos() - cpuStart);
          wall[i][round] = bytes / (System.nanoTime() - start);
        }
      }
    }
    double cpuRatio = median(cpu[0]) / median(cpu[1]);
    System.out.printf(
        "%-5s %16.2f %16.2f %7.2f %14.2f %14.2f %7.2f %s%n",
        name,
        median(cpu[0]),
        median(cpu[1]),
        cpuRatio,
        median(wall[0]),
        median(wall[1]),
        median(wall[0]) / median(wall[1]),
        cpuRatio >= TARGET ? "reached" : "MISSED");
  }

  private static void move(Contender contender, byte[] block, boolean put) throws Exception {
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        callers.add(
            executor.submit(() -> {
              for (int j = 0; j < BLOCKS / CALLERS; j++) {
                if (put) {
                  contender.put(block);
                } else if (contender.get() != block.length) {
                  throw new IllegalStateException("a block came short");
                }
              }
            }));
      }
    }
    for (Future<?> caller : callers) {
      caller.get();
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Bytes a nanosecond are gigabytes a second, and so need no conversion. */
  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
