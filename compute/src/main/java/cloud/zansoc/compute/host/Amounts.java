package cloud.zansoc.compute.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Sums of what instances need. */
final class Amounts {
  static final Capacity NOTHING = new Capacity(0, new ByteSize(0), new ByteSize(0), 0);

  private Amounts() {}

  /** What an instance needs, with its volumes. */
  static Capacity of(InstanceSpec spec) {
    InstanceSize size = spec.size();
    long disk =
        spec.volumes().stream()
            .mapToLong(volume -> volume.mount().size().bytes())
            .reduce(size.disk().bytes(), Amounts::sum);
    return new Capacity(size.milliVcpus(), size.memory(), new ByteSize(disk), size.gpus());
  }

  static Capacity plus(Capacity one, Capacity other) {
    return new Capacity(
        sum(one.milliVcpus(), other.milliVcpus()),
        new ByteSize(sum(one.memory().bytes(), other.memory().bytes())),
        new ByteSize(sum(one.disk().bytes(), other.disk().bytes())),
        sum(one.gpus(), other.gpus()));
  }

  /** Of what is not negative; the most that there is where it would be more. */
  private static long sum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  private static int sum(int one, int other) {
    return Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) one + other));
  }

  /** What is left of {@code one}; never less than nothing. */
  static Capacity minus(Capacity one, Capacity other) {
    return new Capacity(
        Math.max(0, one.milliVcpus() - other.milliVcpus()),
        new ByteSize(Math.max(0, one.memory().bytes() - other.memory().bytes())),
        new ByteSize(Math.max(0, one.disk().bytes() - other.disk().bytes())),
        Math.max(0, one.gpus() - other.gpus()));
  }

  /** The smaller of both in everything. */
  static Capacity least(Capacity one, Capacity other) {
    return minus(one, minus(one, other));
  }

  static boolean isWithin(Capacity wanted, Capacity limit) {
    return lacking(wanted, limit).isEmpty();
  }

  /** By how much {@code wanted} is more than {@code limit}, for people; empty where it is not. */
  static String lacking(Capacity wanted, Capacity limit) {
    Capacity over = minus(wanted, limit);
    List<String> parts = new ArrayList<>();
    if (over.milliVcpus() > 0) {
      parts.add("%s of %s vCPUs".formatted(vcpus(over.milliVcpus()), vcpus(limit.milliVcpus())));
    }
    if (over.memory().bytes() > 0) {
      parts.add("%s of %s of memory".formatted(over.memory(), limit.memory()));
    }
    if (over.disk().bytes() > 0) {
      parts.add("%s of %s of disk".formatted(over.disk(), limit.disk()));
    }
    if (over.gpus() > 0) {
      parts.add("%d of %d GPUs".formatted(over.gpus(), limit.gpus()));
    }
    return String.join(", ", parts);
  }

  private static String vcpus(int milliVcpus) {
    return BigDecimal.valueOf(milliVcpus, 3).stripTrailingZeros().toPlainString();
  }
}
