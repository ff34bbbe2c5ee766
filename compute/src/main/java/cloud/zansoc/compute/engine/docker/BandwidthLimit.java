package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ByteSize;
import java.util.List;

/**
 * Bounds what an instance sends and receives, by tc in its own network namespace, where it has no
 * right to change it: what it sends waits in a token bucket, and what it receives is led through a
 * second interface with another.
 */
final class BandwidthLimit {
  private static final String INTERFACE = "eth0";
  private static final String RECEIVING = "received0";

  /** How much may go at once: 20 ms of the rate, and never less than a few large packets. */
  private static final int BURSTS_PER_SECOND = 50;

  private static final long LEAST_BURST = 128 << 10;
  private static final String LONGEST_WAIT = "50ms";

  private BandwidthLimit() {}

  /** Sets the limit of the instance whose first process is {@code process}. */
  static void set(long process, ByteSize perSecond) {
    List<String> inside = List.of("nsenter", "--net=" + NetworkNamespace.of(process));
    bucket(inside, INTERFACE, perSecond);
    run(inside, "ip", "link", "add", RECEIVING, "type", "ifb");
    run(inside, "ip", "link", "set", RECEIVING, "up");
    bucket(inside, RECEIVING, perSecond);
    run(inside, "tc", "qdisc", "add", "dev", INTERFACE, "ingress");
    String all = "protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev";
    run(
        SystemCommand.join(
            SystemCommand.join(inside, "tc", "filter", "add", "dev", INTERFACE, "parent", "ffff:"),
            all.split(" ", -1)),
        RECEIVING);
  }

  private static void bucket(List<String> inside, String device, ByteSize perSecond) {
    long burst = Math.max(LEAST_BURST, perSecond.bytes() / BURSTS_PER_SECOND);
    run(
        SystemCommand.join(inside, "tc", "qdisc", "replace", "dev", device, "root", "tbf"),
        "rate",
        perSecond.bytes() + "bps",
        "burst",
        Long.toString(burst),
        "latency",
        LONGEST_WAIT);
  }

  private static void run(List<String> start, String... rest) {
    SystemCommand.run(SystemCommand.join(start, rest));
  }
}
