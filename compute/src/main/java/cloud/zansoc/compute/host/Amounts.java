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
    Capacity needs = new Capacity(size.milliVcpus(), size.memory(), size.disk(), size.gpus());
    for (InstanceSpec.Volume volume : spec.volumes()) {
      needs = needs.plus(new Capacity(0, new ByteSize(0), volume.mount().size(), 0));
    }
    return needs;
  }

  static boolean isWithin(Capacity wanted, Capacity limit) {
    return lacking(wanted, limit).isEmpty();
  }

  /** By how much {@code wanted} is more than {@code limit}, for people; empty where it is not. */
  static String lacking(Capacity wanted, Capacity limit) {
    Capacity over = wanted.minus(limit);
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
