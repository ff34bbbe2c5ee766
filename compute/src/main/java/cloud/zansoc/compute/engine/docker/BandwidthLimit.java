package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ByteSize;
import java.util.List;

/**
 * Bounds what an instance sends and receives, by tc on its own interface: in its network namespace,
 * where it has no right to change it. Sending is shaped; what comes too fast is dropped, by which
 * TCP slows down.
 */
final class BandwidthLimit {
  private static final String INTERFACE = "eth0";

  private BandwidthLimit() {}

  /** Sets the limit of the instance whose first process is {@code process}. */
  static void set(long process, ByteSize perSecond) {
    long burst = Math.max(32 << 10, perSecond.bytes() / 50);
    String rate = perSecond.bytes() + "bps";
    tc(
        process,
        "qdisc",
        "replace",
        "dev",
        INTERFACE,
        "root",
        "tbf",
        "rate",
        rate,
        "burst",
        Long.toString(burst),
        "latency",
        "50ms");
    tc(process, "qdisc", "replace", "dev", INTERFACE, "ingress");
    tc(
        process,
        "filter",
        "replace",
        "dev",
        INTERFACE,
        "parent",
        "ffff:",
        "protocol",
        "all",
        "prio",
        "1",
        "handle",
        "1",
        "matchall",
        "action",
        "police",
        "rate",
        rate,
        "burst",
        Long.toString(burst),
        "conform-exceed",
        "drop");
  }

  private static void tc(long process, String... arguments) {
    SystemCommand.run(
        SystemCommand.join(
            List.of("nsenter", "--net=/proc/" + process + "/ns/net", "tc"), arguments));
  }
}
