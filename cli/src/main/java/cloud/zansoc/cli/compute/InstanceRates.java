package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.api.InstanceView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What an instance uses, with its use of processors between two looks.
 *
 * @param name with its deployment
 * @param vcpus used in the mean between both
 * @param ofVcpus that it has
 * @param usage at the second
 */
record InstanceRates(String name, double vcpus, double ofVcpus, InstanceUsage usage) {
  /** The columns of {@link #row}. */
  static final List<String> HEADERS =
      List.of(
          "INSTANCE",
          ">VCPU",
          ">OF",
          ">MEMORY",
          ">OF",
          ">RECEIVED",
          ">SENT",
          ">DISK READ",
          ">WRITTEN",
          ">PROCESSES");

  /** From two looks at one run of an instance; with less than a moment between: no rate. */
  static InstanceRates of(InstanceView instance, InstanceUsage first, InstanceUsage second) {
    Duration between = Duration.between(first.at(), second.at());
    Duration used = second.cpuTime().minus(first.cpuTime());
    boolean known = between.compareTo(Duration.ZERO) > 0 && !used.isNegative();
    return new InstanceRates(
        instance.name() + "." + instance.deployment(),
        known ? used.toNanos() / (double) between.toNanos() : 0,
        instance.size().milliVcpus() / 1000.0,
        second);
  }

  List<String> row() {
    return List.of(
        name,
        String.format(Locale.ROOT, "%.2f", vcpus),
        String.format(Locale.ROOT, "%.2f", ofVcpus),
        text(usage.memory()),
        text(usage.memoryLimit()),
        text(usage.received()),
        text(usage.sent()),
        text(usage.diskRead()),
        text(usage.diskWritten()),
        Integer.toString(usage.processes()));
  }

  private static String text(ByteSize size) {
    return size.toString();
  }
}
