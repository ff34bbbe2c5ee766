package cloud.zansoc.compute.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.engine.InstanceStatistics;
import java.time.Duration;
import java.util.Optional;

/**
 * What a host has metered of an instance, and the newest receipts of it; kept as JSON. Everything
 * counts within the generation.
 *
 * @param runningSeconds when it was looked at last
 * @param counted the engine's counters then, which begin anew when the instance is started
 * @param signed the newest receipt that the host has signed, in base 64
 * @param receipt the newest that the hub has signed too, likewise
 */
record MeteredUsage(
    int version,
    long generation,
    long runningSeconds,
    long healthySeconds,
    long cpuMillis,
    long memoryMebibyteSeconds,
    long diskMebibyteSeconds,
    long receivedBytes,
    long sentBytes,
    Counters counted,
    Optional<String> signed,
    Optional<String> receipt) {
  static final int VERSION = 1;
  private static final long MEBIBYTE = 1 << 20;

  /** What an engine counts. */
  record Counters(long cpuMillis, long receivedBytes, long sentBytes) {
    static final Counters NONE = new Counters(0, 0, 0);

    static Counters of(InstanceStatistics statistics) {
      return new Counters(
          statistics.cpuTime().toMillis(),
          statistics.received().bytes(),
          statistics.sent().bytes());
    }
  }

  static MeteredUsage of(long generation) {
    return new MeteredUsage(
        VERSION,
        generation,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Counters.NONE,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The same after another look.
   *
   * @param statistics none where they are not to be had now
   * @param reserved of the host's disk
   * @param passed since the look before
   */
  MeteredUsage seen(
      InstanceStatus status,
      Optional<InstanceStatistics> statistics,
      ByteSize reserved,
      Duration passed) {
    long ran = Math.max(0, status.runningSeconds() - runningSeconds);
    boolean healthy = status.health() != InstanceStatus.Health.UNHEALTHY;
    Counters now = statistics.map(Counters::of).orElse(counted);
    long memory = statistics.map(its -> its.memory().bytes() / MEBIBYTE).orElse(0L);
    return new MeteredUsage(
        VERSION,
        generation,
        runningSeconds + ran,
        healthySeconds + (healthy ? ran : 0),
        cpuMillis + grown(counted.cpuMillis(), now.cpuMillis()),
        memoryMebibyteSeconds + memory * ran,
        diskMebibyteSeconds + reserved.bytes() / MEBIBYTE * passed.toSeconds(),
        receivedBytes + grown(counted.receivedBytes(), now.receivedBytes()),
        sentBytes + grown(counted.sentBytes(), now.sentBytes()),
        now,
        signed,
        receipt);
  }

  private static long grown(long before, long now) {
    return now >= before ? now - before : now;
  }

  MeteredUsage signed(String newest) {
    return with(Optional.of(newest), receipt);
  }

  MeteredUsage receipted(String newest) {
    return with(signed, Optional.of(newest));
  }

  private MeteredUsage with(Optional<String> newSigned, Optional<String> newReceipt) {
    return new MeteredUsage(
        VERSION,
        generation,
        runningSeconds,
        healthySeconds,
        cpuMillis,
        memoryMebibyteSeconds,
        diskMebibyteSeconds,
        receivedBytes,
        sentBytes,
        counted,
        newSigned,
        newReceipt);
  }
}
