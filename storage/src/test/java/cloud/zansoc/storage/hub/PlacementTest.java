package cloud.zansoc.storage.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.NodeView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final long SEED = 42;
  private static final ByteSize BLOCK = ByteSize.ofMebibytes(2);

  private static StorageHost host(int number, NodeView.State state, ByteSize free, String network) {
    return new StorageHost(
        new PeerId(new Digest(0, 0, 0, number)),
        new byte[32],
        "host-" + number,
        state,
        free,
        Optional.empty(),
        network,
        1);
  }

  private static List<StorageHost> hosts(int count, IntFunction<String> network) {
    List<StorageHost> hosts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hosts.add(host(i, NodeView.State.READY, ByteSize.ofGibibytes(100), network.apply(i)));
    }
    return hosts;
  }

  private static List<StorageHost> choose(List<StorageHost> hosts, int count) {
    return new Placement(new Random(SEED))
        .choose(hosts, new Placement.Request(count, BLOCK, List.of(), Set.of()));
  }

  private static Map<String, Integer> perNetwork(List<StorageHost> chosen) {
    Map<String, Integer> counts = new HashMap<>();
    chosen.forEach(host -> counts.merge(host.network(), 1, Integer::sum));
    return counts;
  }

  @Test
  void choose_allOnLoopback_stillGivesAllHosts() {
    String loopback = StorageHost.networkOf("127.0.0.1", Map.of());
    List<StorageHost> chosen = choose(hosts(12, i -> loopback), 12);
    assertThat(chosen).hasSize(12).extracting(StorageHost::id).doesNotHaveDuplicates();
  }

  @Test
  void choose_none_givesNone() {
    assertThat(choose(hosts(3, i -> "net" + i), 0)).isEmpty();
  }

  @Test
  void choose_sampleInOneNetwork_looksAtAllHosts() {
    // 990 hosts of one network would fill any sample; ten others have a network each.
    List<StorageHost> chosen = choose(hosts(1000, i -> i < 990 ? "big" : "net" + i), 11);
    assertThat(perNetwork(chosen)).hasSize(11);
  }

  @Test
  void choose_enoughNetworks_takesEachOnce() {
    List<StorageHost> chosen = choose(hosts(100, i -> "net" + i % 20), 20);
    assertThat(perNetwork(chosen)).hasSize(20);
  }

  @Test
  void choose_fewNetworks_spreadsAsEvenlyAsPossible() {
    // Nine hosts in net0, and three in each of two others.
    List<StorageHost> chosen = choose(hosts(15, i -> i < 9 ? "net0" : "net" + (1 + i % 2)), 10);
    assertThat(perNetwork(chosen)).containsEntry("net0", 4).hasSize(3);
    assertThat(perNetwork(chosen).values()).containsExactlyInAnyOrder(4, 3, 3);
  }

  @Test
  void choose_heldPositions_countForTheirNetworks() {
    List<StorageHost> hosts = hosts(6, i -> "net" + i / 2);
    List<StorageHost> chosen =
        new Placement(new Random(SEED))
            .choose(
                hosts,
                new Placement.Request(
                    2, BLOCK, List.of(hosts.getFirst()), Set.of(hosts.getLast().id())));
    assertThat(perNetwork(chosen)).containsOnlyKeys("net1", "net2");
    assertThat(chosen).doesNotContain(hosts.getFirst(), hosts.getLast());
  }

  @Test
  void choose_hostsThatTakeNothing_areLeftOut() {
    List<StorageHost> hosts = new ArrayList<>(hosts(3, i -> "net" + i));
    int number = 100;
    for (NodeView.State state : NodeView.State.values()) {
      if (state != NodeView.State.READY) {
        hosts.add(host(number++, state, ByteSize.ofGibibytes(100), "net" + number));
      }
    }
    hosts.add(host(number++, NodeView.State.READY, new ByteSize(BLOCK.bytes() - 1), "full"));
    assertThat(choose(hosts, 10)).containsExactlyInAnyOrderElementsOf(hosts.subList(0, 3));
  }

  @Test
  void choose_sameSeed_choosesTheSame() {
    List<StorageHost> hosts = hosts(50, i -> "net" + i);
    assertThat(choose(hosts, 10)).isEqualTo(choose(hosts, 10));
  }

  @Test
  void choose_tenThousandHosts_fillsThemInProportionToTheirSpace() {
    System.out.println("PlacementTest seed " + SEED);
    Random random = new Random(SEED);
    List<StorageHost> hosts = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      // Every fourth host has four times the space; 2,500 networks of four hosts each.
      ByteSize free = ByteSize.ofGibibytes(i % 4 == 0 ? 400 : 100);
      hosts.add(host(i, NodeView.State.READY, free, "net" + i / 4));
    }
    Collections.shuffle(hosts, random);
    Placement placement = new Placement(random);
    Map<PeerId, Integer> load = new HashMap<>();
    for (int segment = 0; segment < 500; segment++) {
      List<StorageHost> chosen =
          placement.choose(hosts, new Placement.Request(80, BLOCK, List.of(), Set.of()));
      assertThat(perNetwork(chosen)).hasSize(80);
      chosen.forEach(host -> load.merge(host.id(), 1, Integer::sum));
    }
    double large = 0;
    double small = 0;
    for (StorageHost host : hosts) {
      int blocks = load.getOrDefault(host.id(), 0);
      if (host.free().equals(ByteSize.ofGibibytes(400))) {
        large += blocks;
      } else {
        small += blocks;
      }
    }
    // 40,000 positions: 4/7 on the 2,500 large hosts, 3/7 on the 7,500 small ones.
    assertThat(large / (large + small)).isBetween(0.56, 0.59);
    assertThat(Collections.max(load.values())).isLessThan(30);
  }

  @Test
  void networkOf_addressesAndZones_areToldApart() {
    assertThat(StorageHost.networkOf("192.0.2.7", Map.of()))
        .isEqualTo(StorageHost.networkOf("192.0.2.200", Map.of()))
        .isNotEqualTo(StorageHost.networkOf("192.0.3.7", Map.of()));
    assertThat(StorageHost.networkOf("2001:db8:1:2::1", Map.of()))
        .isEqualTo(StorageHost.networkOf("2001:db8:1:ffff::2", Map.of()))
        .isNotEqualTo(StorageHost.networkOf("2001:db8:2::1", Map.of()));
    assertThat(StorageHost.networkOf("192.0.2.7", Map.of("zone", "home-1")))
        .isEqualTo(StorageHost.networkOf("2001:db8::1", Map.of("zone", "home-1")))
        .isNotEqualTo(StorageHost.networkOf("192.0.2.7", Map.of()));
    assertThat(StorageHost.networkOf("a-name", Map.of())).isEqualTo("a-name");
    assertThat(StorageHost.networkOf("999.1.1.1", Map.of())).isEqualTo("999.1.1.1");
  }
}
