package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import java.time.Duration;
import java.util.BitSet;

/**
 * Finds hosts for instances that need the same, one after the other. Each look goes once over all
 * candidates. Not thread-safe.
 */
final class HostSearch {
  /** What counts first; after both come reputation, disk limit, fault domain, the other, the id. */
  enum Ranking {
    PRICE,
    FIT
  }

  static final int NONE = -1;

  /** A vCPU goes with so much memory; what is left in another proportion is of less use. */
  private static final long BYTES_PER_MILLI_VCPU = 2_000_000;

  /** What doubles may be off, in micro-dollars. */
  private static final double SLACK = 1e-3;

  private final HostIndex index;
  private final Need need;
  private final Replicas replicas;
  private final Ranking ranking;
  private final BitSet candidates;
  private final BitSet diskLimit;
  private final int milliVcpus;
  private final long memory;
  private final long stored;
  private final int gpus;
  private final long seconds;

  /** By class; 0 where it has not been asked for. */
  private final long[] pricePlusOne;

  private int best = NONE;
  private long bestPrice;
  private long bestLeft;

  HostSearch(HostIndex index, Need need, Replicas replicas, Ranking ranking) {
    this.index = index;
    this.need = need;
    this.replicas = replicas;
    this.ranking = ranking;
    this.candidates = index.candidates(need);
    this.diskLimit = index.with(Feature.DISK_LIMIT);
    this.pricePlusOne = new long[index.priceClassBound()];
    this.milliVcpus = need.size().milliVcpus();
    this.memory = need.size().memory().bytes();
    this.stored = need.stored().bytes();
    this.gpus = need.size().gpus();
    this.seconds = need.duration().map(Duration::toSeconds).orElse(HostIndex.ENDLESS);
    for (PeerId excluded : need.excluded()) {
      index.slot(excluded).ifPresent(candidates::clear);
    }
    if (!need.only().isEmpty()) {
      BitSet only = new BitSet();
      need.only().forEach(id -> index.slot(id).ifPresent(only::set));
      candidates.and(only);
    }
  }

  /** The slot of the best host for one more instance, or {@link #NONE}. */
  int next() {
    best = NONE;
    bestPrice = Long.MAX_VALUE;
    for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
      if (!isBehind(slot) && fits(slot) && replicas.allow(slot, need.spread())) {
        consider(slot);
      }
    }
    return best;
  }

  /**
   * Whether a look at price and reputation shows that a host is not better than the best so far.
   */
  private boolean isBehind(int slot) {
    if (best == NONE || ranking == Ranking.FIT) {
      return false;
    }
    long known = pricePlusOne[index.priceClass[slot]];
    if (known != 0) {
      return known - 1 > bestPrice
          || (known - 1 == bestPrice && index.reputation[slot] < index.reputation[best]);
    }
    double price =
        index.vcpuPrice[slot] * milliVcpus
            + index.memoryPrice[slot] * memory
            + index.diskPrice[slot] * stored
            + index.gpuPrice[slot] * gpus;
    return price - SLACK > bestPrice;
  }

  private boolean fits(int slot) {
    return index.milliVcpus[slot] >= milliVcpus
        && index.memory[slot] >= memory
        && index.disk[slot] >= stored
        && index.gpus[slot] >= gpus
        && index.shortestSeconds[slot] <= seconds
        && index.longestSeconds[slot] >= seconds;
  }

  private void consider(int slot) {
    long price = price(slot);
    if (best == NONE || compare(slot, price) < 0) {
      best = slot;
      bestPrice = price;
      bestLeft = left(slot);
    }
  }

  private long price(int slot) {
    int priceClass = index.priceClass[slot];
    if (pricePlusOne[priceClass] == 0) {
      pricePlusOne[priceClass] =
          1
              + InstancePrice.hour(index.host(slot).offer().prices(), need.size(), need.stored())
                  .microDollars();
    }
    return pricePlusOne[priceClass] - 1;
  }

  /** Below 0 where a host is better than the best so far. */
  private int compare(int slot, long price) {
    int byPrice = Long.compare(price, bestPrice);
    int order = ranking == Ranking.PRICE ? byPrice : Long.compare(left(slot), bestLeft);
    if (order == 0) {
      order = Integer.compare(index.reputation[best], index.reputation[slot]);
    }
    if (order == 0) {
      order = Boolean.compare(diskLimit.get(best), diskLimit.get(slot));
    }
    if (order == 0) {
      order = replicas.compare(slot, best);
    }
    if (order == 0) {
      order = ranking == Ranking.PRICE ? Long.compare(left(slot), bestLeft) : byPrice;
    }
    return order != 0 ? order : index.host(slot).id().compareTo(index.host(best).id());
  }

  /**
   * What would stay free: graphics cards before all, then vCPUs or memory, whichever is more, since
   * one without the other is of no use to the next instance.
   */
  private long left(int slot) {
    long vcpusLeft = (long) index.milliVcpus[slot] - milliVcpus;
    long memoryLeft = index.memory[slot] - memory;
    long gpusLeft = (long) index.gpus[slot] - gpus;
    return (gpusLeft << Integer.SIZE) + Math.max(vcpusLeft, memoryLeft / BYTES_PER_MILLI_VCPU);
  }
}
