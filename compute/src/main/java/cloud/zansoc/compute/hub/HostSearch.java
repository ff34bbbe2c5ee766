package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import java.time.Duration;
import java.util.BitSet;

/**
 * Finds hosts for the instances of one service, one after the other. Each look goes once over all
 * candidates. Not thread-safe.
 */
final class HostSearch {
  /** What counts first; both then go by reputation, disk limit, fault domain and id. */
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
  private final WantedInstance instance;
  private final Ranking ranking;
  private final BitSet candidates;
  private final long seconds;
  private final int[] onHost;
  private final int[] inNetwork;
  private final int[] inRegion;

  private int best = NONE;
  private long bestPrice;

  HostSearch(HostIndex index, MatchRequest request, WantedInstance instance, Ranking ranking) {
    this.index = index;
    this.instance = instance;
    this.ranking = ranking;
    this.candidates = index.candidates(instance);
    this.seconds = request.duration().map(Duration::toSeconds).orElse(HostIndex.ENDLESS);
    this.onHost = new int[index.bound()];
    this.inNetwork = new int[index.networkBound()];
    this.inRegion = new int[index.regionBound()];
    for (PeerId avoided : request.avoided()) {
      index.slot(avoided).ifPresent(candidates::clear);
    }
    for (MatchRequest.Sibling sibling : request.siblings()) {
      if (sibling.service().equals(instance.service())) {
        index.slot(sibling.host()).ifPresent(this::count);
      }
    }
  }

  /** The slot of the best host for one more instance, or {@link #NONE}. */
  int next() {
    best = NONE;
    bestPrice = Long.MAX_VALUE;
    double milliVcpus = instance.size().milliVcpus();
    double memory = instance.size().memory().bytes();
    double stored = instance.stored().bytes();
    double gpus = instance.size().gpus();
    boolean byPrice = ranking == Ranking.PRICE;
    for (int slot = candidates.nextSetBit(0); slot >= 0; slot = candidates.nextSetBit(slot + 1)) {
      double price =
          index.vcpuPrice[slot] * milliVcpus
              + index.memoryPrice[slot] * memory
              + index.diskPrice[slot] * stored
              + index.gpuPrice[slot] * gpus;
      if (byPrice && price - SLACK > bestPrice) {
        continue;
      }
      if (fits(slot) && isApart(slot)) {
        consider(slot);
      }
    }
    return best;
  }

  /** Counts an instance on a host, so that the next ones keep away from it. */
  void count(int slot) {
    onHost[slot]++;
    inNetwork[index.network[slot]]++;
    inRegion[index.region[slot]]++;
  }

  private boolean fits(int slot) {
    return index.milliVcpus[slot] >= instance.size().milliVcpus()
        && index.memory[slot] >= instance.size().memory().bytes()
        && index.disk[slot] >= instance.stored().bytes()
        && index.gpus[slot] >= instance.size().gpus()
        && index.shortestSeconds[slot] <= seconds
        && index.longestSeconds[slot] >= seconds;
  }

  private boolean isApart(int slot) {
    return switch (instance.spread()) {
      case NONE -> true;
      case HOSTS -> onHost[slot] == 0;
      case NETWORKS -> inNetwork[index.network[slot]] == 0;
      case REGIONS -> inRegion[index.region[slot]] == 0 && !index.host(slot).region().isEmpty();
    };
  }

  private void consider(int slot) {
    long price =
        InstancePrice.hour(index.host(slot).offer().prices(), instance.size(), instance.stored())
            .microDollars();
    if (best == NONE || compare(slot, price) < 0) {
      best = slot;
      bestPrice = price;
    }
  }

  /** Below 0 where a host is better than the best so far. */
  private int compare(int slot, long price) {
    int byPrice = Long.compare(price, bestPrice);
    int byFit = Long.compare(left(slot), left(best));
    int first = ranking == Ranking.PRICE ? byPrice : byFit;
    if (first != 0) {
      return first;
    }
    int order = Integer.compare(index.reputation[best], index.reputation[slot]);
    order = order != 0 ? order : Integer.compare(lacksDiskLimit(slot), lacksDiskLimit(best));
    order = order != 0 ? order : Integer.compare(onHost[slot], onHost[best]);
    order = order != 0 ? order : Integer.compare(inNetwork(slot), inNetwork(best));
    order = order != 0 ? order : Integer.compare(inRegion(slot), inRegion(best));
    order = order != 0 ? order : ranking == Ranking.PRICE ? byFit : byPrice;
    return order != 0 ? order : index.host(slot).id().compareTo(index.host(best).id());
  }

  private int lacksDiskLimit(int slot) {
    return index.host(slot).offer().features().contains(Feature.DISK_LIMIT) ? 0 : 1;
  }

  private int inNetwork(int slot) {
    return inNetwork[index.network[slot]];
  }

  private int inRegion(int slot) {
    return inRegion[index.region[slot]];
  }

  /**
   * What would stay free: graphics cards before all, then vCPUs or memory, whichever is more, since
   * one without the other is of no use to the next instance.
   */
  private long left(int slot) {
    long milliVcpus = index.milliVcpus[slot] - instance.size().milliVcpus();
    long memory = index.memory[slot] - instance.size().memory().bytes();
    long gpus = index.gpus[slot] - instance.size().gpus();
    return (gpus << Integer.SIZE) + Math.max(milliVcpus, memory / BYTES_PER_MILLI_VCPU);
  }
}
