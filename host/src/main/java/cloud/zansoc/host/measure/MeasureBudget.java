package cloud.zansoc.host.measure;

import cloud.zansoc.base.ByteSize;
import java.time.Duration;

/**
 * How long each part of a measurement may take. The method is the same for every budget; a shorter
 * one gives figures that scatter more.
 *
 * @param warmUp of the JIT, before the processor is timed
 * @param processor for one thread, and again for all threads
 * @param memory copying
 * @param diskWrite at most, and as much again for reading
 * @param diskBytes the most that the test file holds
 * @param diskSyncs small synced writes
 * @param network down, and as much again up
 * @param quick the figures are marked as taken in a hurry
 */
public record MeasureBudget(
    Duration warmUp,
    Duration processor,
    Duration memory,
    Duration diskWrite,
    ByteSize diskBytes,
    Duration diskSyncs,
    Duration network,
    boolean quick) {
  /** About nine seconds: what {@code host join} takes. */
  public static final MeasureBudget FULL =
      new MeasureBudget(
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofMillis(1500),
          ByteSize.ofMebibytes(256),
          Duration.ofMillis(500),
          Duration.ofMillis(1200),
          false);

  /** About two seconds: for a cloud of processes on one machine. */
  public static final MeasureBudget QUICK =
      new MeasureBudget(
          Duration.ofMillis(250),
          Duration.ofMillis(250),
          Duration.ofMillis(150),
          Duration.ofMillis(250),
          ByteSize.ofMebibytes(16),
          Duration.ofMillis(150),
          Duration.ofMillis(250),
          true);
}
