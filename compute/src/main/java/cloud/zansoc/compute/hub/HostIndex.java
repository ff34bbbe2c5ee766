package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hosts in columns: each has a slot, so that a search reads memory in order, and there is a set of
 * slots for each feature and label. Changed host by host. Not thread-safe.
 */
final class HostIndex {
  /** The seconds of what has no end. */
  static final long ENDLESS = Long.MAX_VALUE;

  private static final int FIRST_SLOTS = 64;
  private static final int REPUTATION_STEPS = 10;

  private final Map<PeerId, Integer> slots = new HashMap<>();
  private final BitSet taken = new BitSet();
  private final BitSet ready = new BitSet();
  private final BitSet inSomeRegion = new BitSet();
  private final Map<ComputeOffer.Feature, BitSet> byFeature =
      new EnumMap<>(ComputeOffer.Feature.class);
  private final Map<Map.Entry<String, String>, BitSet> byLabel = new HashMap<>();
  private final Domains<String> networks = new Domains<>();
  private final Domains<String> regions = new Domains<>();
  private final Domains<ComputeOffer.Prices> prices = new Domains<>();

  private @Nullable ComputeHost[] hosts = new ComputeHost[FIRST_SLOTS];
  // Free, and changed while a search tries something.
  int[] milliVcpus = new int[FIRST_SLOTS];
  long[] memory = new long[FIRST_SLOTS];
  long[] disk = new long[FIRST_SLOTS];
  int[] gpus = new int[FIRST_SLOTS];
  // Micro-dollars for an hour of one thousandth of a vCPU, of a byte, of a byte and of a card.
  double[] vcpuPrice = new double[FIRST_SLOTS];
  double[] memoryPrice = new double[FIRST_SLOTS];
  double[] diskPrice = new double[FIRST_SLOTS];
  double[] gpuPrice = new double[FIRST_SLOTS];

  /** Hosts with equal prices have the same number. */
  int[] priceClass = new int[FIRST_SLOTS];

  int[] network = new int[FIRST_SLOTS];
  int[] region = new int[FIRST_SLOTS];
  int[] reputation = new int[FIRST_SLOTS];
  // How long it lends.
  long[] shortestSeconds = new long[FIRST_SLOTS];
  long[] longestSeconds = new long[FIRST_SLOTS];

  /** Adds a host, or takes what is new about it. */
  void update(ComputeHost host) {
    Integer known = slots.get(host.id());
    int slot = known == null ? taken.nextClearBit(0) : known;
    if (known != null) {
      forget(slot);
    }
    grow(slot + 1);
    slots.put(host.id(), slot);
    taken.set(slot);
    write(slot, host);
  }

  /** Makes these hosts all that are in. */
  void keep(Collection<ComputeHost> all) {
    for (ComputeHost host : all) {
      Integer slot = slots.get(host.id());
      if (slot == null || !host.equals(hosts[slot])) {
        update(host);
      }
    }
    if (slots.size() > all.size()) {
      Set<PeerId> ids = all.stream().map(ComputeHost::id).collect(Collectors.toSet());
      List.copyOf(slots.keySet()).stream().filter(id -> !ids.contains(id)).forEach(this::remove);
    }
  }

  /** Takes a host out; nothing where it is not in. */
  void remove(PeerId id) {
    Integer slot = slots.remove(id);
    if (slot != null) {
      forget(slot);
      taken.clear(slot);
      hosts[slot] = null;
    }
  }

  ComputeHost host(int slot) {
    ComputeHost host = hosts[slot];
    if (host == null) {
      throw new IllegalStateException("no host has slot " + slot);
    }
    return host;
  }

  OptionalInt slot(PeerId id) {
    Integer slot = slots.get(id);
    return slot == null ? OptionalInt.empty() : OptionalInt.of(slot);
  }

  /** All hosts, in no order. */
  List<ComputeHost> all() {
    List<ComputeHost> all = new ArrayList<>(slots.size());
    taken.stream().forEach(slot -> all.add(host(slot)));
    return all;
  }

  /** All slots are below this. */
  int bound() {
    return taken.length();
  }

  int priceClassBound() {
    return prices.bound();
  }

  int networkBound() {
    return networks.bound();
  }

  int regionBound() {
    return regions.bound();
  }

  /** The hosts that can do something. */
  BitSet with(ComputeOffer.Feature feature) {
    return byFeature.getOrDefault(feature, new BitSet());
  }

  /**
   * The hosts that may get new instances, and have the labels, features and region that are needed.
   */
  BitSet candidates(Need need) {
    BitSet slots = (BitSet) ready.clone();
    for (ComputeOffer.Feature feature : need.features()) {
      slots.and(with(feature));
    }
    for (Map.Entry<String, String> label : need.labels().entrySet()) {
      slots.and(byLabel.getOrDefault(label, new BitSet()));
    }
    if (need.spread() == ServiceSpec.Spread.REGIONS) {
      slots.and(inSomeRegion);
    }
    return slots;
  }

  /** Takes of a host what is needed, as long as a search lasts. */
  void take(int slot, Need need) {
    change(slot, need, 1);
  }

  /** Undoes {@link #take}. */
  void giveBack(int slot, Need need) {
    change(slot, need, -1);
  }

  private void change(int slot, Need need, int sign) {
    milliVcpus[slot] -= sign * need.size().milliVcpus();
    memory[slot] -= sign * need.size().memory().bytes();
    disk[slot] -= sign * need.stored().bytes();
    gpus[slot] -= sign * need.size().gpus();
  }

  private void write(int slot, ComputeHost host) {
    hosts[slot] = host;
    milliVcpus[slot] = host.free().milliVcpus();
    memory[slot] = host.free().memory().bytes();
    disk[slot] = host.free().disk().bytes();
    gpus[slot] = host.free().gpus();
    ComputeOffer.Prices asked = host.offer().prices();
    vcpuPrice[slot] = asked.vcpuHour().microDollars() / 1e3;
    memoryPrice[slot] = asked.memoryHour().microDollars() / 1e9;
    diskPrice[slot] = asked.storageMonth().microDollars() / 730e9;
    gpuPrice[slot] = asked.gpuHour().microDollars();
    priceClass[slot] = prices.enter(asked);
    network[slot] = networks.enter(host.network());
    region[slot] = regions.enter(host.region());
    reputation[slot] = (int) (host.reputation() * REPUTATION_STEPS);
    shortestSeconds[slot] = host.offer().shortest().toSeconds();
    longestSeconds[slot] = host.offer().longest().map(Duration::toSeconds).orElse(ENDLESS);
    ready.set(slot, isReady(host));
    inSomeRegion.set(slot, !host.region().isEmpty());
    for (ComputeOffer.Feature feature : host.offer().features()) {
      byFeature.computeIfAbsent(feature, any -> new BitSet()).set(slot);
    }
    for (Map.Entry<String, String> label : host.labels().entrySet()) {
      byLabel
          .computeIfAbsent(Map.entry(label.getKey(), label.getValue()), any -> new BitSet())
          .set(slot);
    }
  }

  /** Whether a host may get new instances. */
  static boolean isReady(ComputeHost host) {
    return host.state() == NodeView.State.READY && host.reputation() > 0;
  }

  private void forget(int slot) {
    ComputeHost host = host(slot);
    prices.leave(host.offer().prices());
    networks.leave(host.network());
    regions.leave(host.region());
    ready.clear(slot);
    byFeature.values().forEach(slots -> slots.clear(slot));
    for (Map.Entry<String, String> label : host.labels().entrySet()) {
      byLabel.computeIfPresent(
          label,
          (any, slots) -> {
            slots.clear(slot);
            return slots.isEmpty() ? null : slots;
          });
    }
  }

  private void grow(int least) {
    if (least <= hosts.length) {
      return;
    }
    int length = Math.max(least, hosts.length * 2);
    hosts = Arrays.copyOf(hosts, length);
    milliVcpus = Arrays.copyOf(milliVcpus, length);
    memory = Arrays.copyOf(memory, length);
    disk = Arrays.copyOf(disk, length);
    gpus = Arrays.copyOf(gpus, length);
    vcpuPrice = Arrays.copyOf(vcpuPrice, length);
    memoryPrice = Arrays.copyOf(memoryPrice, length);
    diskPrice = Arrays.copyOf(diskPrice, length);
    gpuPrice = Arrays.copyOf(gpuPrice, length);
    priceClass = Arrays.copyOf(priceClass, length);
    network = Arrays.copyOf(network, length);
    region = Arrays.copyOf(region, length);
    reputation = Arrays.copyOf(reputation, length);
    shortestSeconds = Arrays.copyOf(shortestSeconds, length);
    longestSeconds = Arrays.copyOf(longestSeconds, length);
  }
}
