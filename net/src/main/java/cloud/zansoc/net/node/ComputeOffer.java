package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a host lends for computing, as it tells its hub with each heartbeat.
 *
 * @param engine name and version
 * @param all what it lends
 * @param free what no instance has been promised
 * @param gpus models of the cards that instances can get
 * @param account the host's account on the chain, to which leases pay; none where there is no chain
 * @param shortest a lease lasts at least so long
 * @param longest and at most so long, where there is an end
 */
public record ComputeOffer(
    String engine,
    Capacity all,
    Capacity free,
    List<String> gpus,
    Set<Feature> features,
    Prices prices,
    Optional<String> account,
    Duration shortest,
    Optional<Duration> longest) {
  public ComputeOffer {
    gpus = List.copyOf(gpus);
    features = Set.copyOf(features);
  }

  /** The same, to be paid to another account. */
  public ComputeOffer paidTo(Optional<String> other) {
    return new ComputeOffer(engine, all, free, gpus, features, prices, other, shortest, longest);
  }

  /** An amount of what instances need; {@code milliVcpus} are thousandths of a thread. */
  public record Capacity(int milliVcpus, ByteSize memory, ByteSize disk, int gpus) {
    /** The sum; the most that there is where it would be more. */
    public Capacity plus(Capacity other) {
      return new Capacity(
          sum(milliVcpus, other.milliVcpus),
          new ByteSize(sum(memory.bytes(), other.memory.bytes())),
          new ByteSize(sum(disk.bytes(), other.disk.bytes())),
          sum(gpus, other.gpus));
    }

    /** What is left; nothing less than nothing. */
    public Capacity minus(Capacity other) {
      return new Capacity(
          Math.max(0, milliVcpus - other.milliVcpus),
          new ByteSize(Math.max(0, memory.bytes() - other.memory.bytes())),
          new ByteSize(Math.max(0, disk.bytes() - other.disk.bytes())),
          Math.max(0, gpus - other.gpus));
    }

    /** The smaller of both in everything. */
    public Capacity least(Capacity other) {
      return minus(minus(other));
    }

    private static long sum(long one, long other) {
      return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    private static int sum(int one, int other) {
      return Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) one + other));
    }
  }

  /** What the host asks for, in US dollars; see the ledger's UnitPrices. */
  public record Prices(
      Money vcpuHour, Money memoryHour, Money storageMonth, Money egress, Money gpuHour) {}

  /** What not every host can do. */
  public enum Feature {
    /** Instances can be members of a private network. */
    PRIVATE_NETWORK,
    /** Volumes, which are snapshotted and move with their instance. */
    VOLUMES,
    /** Images that lie in Zansoc storage, not only in registries. */
    STORED_IMAGES,
    /** The size of an instance's disk is enforced. */
    DISK_LIMIT,
    /** Root inside is nobody outside. */
    USER_NAMESPACES,
    /** A runtime with more isolation: gVisor or Kata. */
    SANDBOX
  }
}
