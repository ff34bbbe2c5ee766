package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;
import java.time.Duration;

/**
 * What a machine must have to join as a host. Zero, or no time, switches a rule off.
 *
 * @param vcpus threads that it runs at once
 * @param cpuSingle the score of one thread
 * @param memory as the system reports it, which is less than what is built in
 * @param capacity how much it lends
 * @param writePerSecond bytes its disk writes a second
 * @param syncsPerSecond small durable writes its disk does a second
 * @param downPerSecond bytes a second from the hub
 * @param upPerSecond bytes a second to the hub
 * @param roundTrip the longest way to the hub and back
 */
public record AdmissionRules(
    int vcpus,
    long cpuSingle,
    ByteSize memory,
    ByteSize capacity,
    ByteSize writePerSecond,
    long syncsPerSecond,
    ByteSize downPerSecond,
    ByteSize upPerSecond,
    Duration roundTrip) {
  /** Modest: an ordinary PC of the last ten years on a home connection passes. */
  public static final AdmissionRules DEFAULT =
      new AdmissionRules(
          2,
          0,
          ByteSize.ofMebibytes(1800),
          ByteSize.parse("10GB"),
          ByteSize.parse("20MB"),
          20,
          ByteSize.parse("1MB"),
          ByteSize.parse("250kB"),
          Duration.ofMillis(500));

  /** Every machine passes. */
  public static final AdmissionRules NONE =
      new AdmissionRules(
          0,
          0,
          new ByteSize(0),
          new ByteSize(0),
          new ByteSize(0),
          0,
          new ByteSize(0),
          new ByteSize(0),
          Duration.ZERO);
}
