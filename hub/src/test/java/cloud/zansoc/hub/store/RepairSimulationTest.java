package cloud.zansoc.hub.store;

import static cloud.zansoc.hub.store.TestCatalogue.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Orders;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.Slot;
import cloud.zansoc.storage.hub.RepairDispatcher;
import cloud.zansoc.storage.hub.RepairPlanner;
import cloud.zansoc.storage.hub.RepairSettings;
import cloud.zansoc.storage.hub.StorageHost;
import cloud.zansoc.storage.hub.StorageUpkeep;
import cloud.zansoc.storage.repair.RepairOrder;
import cloud.zansoc.storage.repair.RepairResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The planner, its store and the upkeep against hosts that die, come back, drain, damage blocks and
 * fail in the middle of repairs. The hosts are in memory: each knows which position of which shard
 * it holds, and carries out orders as a real one would.
 */
class RepairSimulationTest {
  private static final int K = 3;
  private static final int N = 7;
  private static final int HOSTS = 20;
  private static final int SEGMENTS = 15;

  @TempDir private Path folder;

  private Database database;
  private TestCatalogue test;
  private RepairPlanner planner;
  private StorageUpkeep upkeep;
  private Random random;

  /** What each host has: the position it holds of each shard, with or without a damaged block. */
  private final Map<PeerId, Map<ShardId, Stored>> disks = new ConcurrentHashMap<>();

  private final Map<ShardId, SegmentIndex> segments = new HashMap<>();
  private volatile double orderFailure;

  private record Stored(int position, boolean damaged) {}

  @BeforeEach
  void open() {
    random = new Random(1);
    database = Database.open("jdbc:sqlite:" + folder.resolve("hub.db"));
    test = new TestCatalogue(database, HOSTS, 5);
    test.hosts.hosts().forEach(host -> disks.put(host.id(), new ConcurrentHashMap<>()));
    RepairDispatcher dispatcher =
        new RepairDispatcher(
            this::order,
            test.hosts,
            test.issuer,
            new BlockDialer.Relay(test.issuer.hub(), new HostAddress("127.0.0.1", 1)),
            Optional.empty());
    planner =
        new RepairPlanner(
            test.repairs,
            test.hosts,
            test.placement,
            dispatcher,
            new RepairSettings(
                1, Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofSeconds(20)));
    upkeep = new StorageUpkeep(test.repairs, test.hosts, this::order, test.clock);
    test.catalogue().createBucket(TENANT, "bucket", Optional.of(K), Optional.of(N));
  }

  @AfterEach
  void close() {
    planner.close();
    database.close();
  }

  // ---- the hosts

  private byte[] order(PeerId host, String name, byte[] body, Duration timeout) {
    if (!alive(host) || random.nextDouble() < orderFailure) {
      throw new ZansocException(ErrorCode.UNREACHABLE, "host " + host.shortText() + " is away");
    }
    byte[] answer =
        switch (name) {
          case Orders.REPAIR -> repair(RepairOrder.decode(body)).encode();
          case Orders.DELETE_SHARDS -> delete(host, ByteBuffer.wrap(body));
          default -> throw new ZansocException(ErrorCode.UNSUPPORTED, name);
        };
    if (random.nextDouble() < orderFailure) {
      throw new ZansocException(ErrorCode.TIMED_OUT, "the answer was lost");
    }
    return answer;
  }

  private boolean alive(PeerId host) {
    return test.hosts.host(host).filter(StorageHost::connected).isPresent();
  }

  private byte[] delete(PeerId host, ByteBuffer shards) {
    while (shards.hasRemaining()) {
      disk(host).remove(ShardId.read(shards));
    }
    return new byte[0];
  }

  private Map<ShardId, Stored> disk(PeerId host) {
    return disks.getOrDefault(host, Map.of());
  }

  private RepairResult repair(RepairOrder order) {
    long readable = order.sources().stream().filter(place -> holds(order, place)).count();
    if (readable < K) {
      throw new ZansocException(ErrorCode.DATA_UNAVAILABLE, "too few sources");
    }
    List<Receipt.Signed> receipts = new ArrayList<>();
    List<RepairResult.Failure> failures = new ArrayList<>();
    for (RepairOrder.Place target : order.targets()) {
      if (!alive(target.host()) || random.nextDouble() < orderFailure) {
        failures.add(
            new RepairResult.Failure(target.position(), ErrorCode.UNREACHABLE, "target is away"));
      } else {
        disk(target.host()).put(order.shard(), new Stored(target.position(), false));
        receipts.add(
            test.hosts.receipt(target.host(), order.shard(), order.index(), target.position()));
      }
    }
    return new RepairResult(receipts, failures);
  }

  private boolean holds(RepairOrder order, RepairOrder.Place place) {
    return alive(place.host())
        && new Stored(place.position(), false).equals(disk(place.host()).get(order.shard()));
  }

  // ---- what the test does

  private void store(int count) {
    for (int i = 0; i < count; i++) {
      Reservation reservation =
          test.catalogue().reserve(TestCatalogue.CALLER, new ReserveRequest("bucket", 5000));
      SegmentIndex index = test.index(K, N, 5000);
      for (Slot slot : reservation.slots()) {
        disk(slot.host()).put(reservation.shard(), new Stored(slot.position(), false));
      }
      SegmentCommit commit = test.uploaded(reservation, index, 0);
      test.catalogue()
          .commit(
              TENANT,
              new CommitRequest(
                  List.of(commit),
                  List.of(test.version("bucket", "object-" + segments.size(), index.id()))));
      segments.put(reservation.shard(), index);
    }
  }

  private void round() {
    planner.tick(test.clock.instant());
    planner.awaitIdle();
    upkeep.tick();
    test.clock.advance(Duration.ofSeconds(10));
  }

  private void settle(int rounds) {
    for (int i = 0; i < rounds; i++) {
      round();
    }
  }

  private List<DownloadPlan.SegmentPlan> plans() {
    List<Digest> ids = segments.values().stream().map(SegmentIndex::id).toList();
    return test.catalogue()
        .download(
            Optional.of(TENANT), TestCatalogue.CLIENT, new DownloadRequest(ids, Optional.empty()))
        .segments();
  }

  private void assertReadable() {
    for (DownloadPlan.SegmentPlan plan : plans()) {
      Set<Integer> positions = new HashSet<>();
      for (Slot slot : plan.slots()) {
        if (alive(slot.host())
            && new Stored(slot.position(), false).equals(disk(slot.host()).get(plan.shard()))) {
          positions.add(slot.position());
        }
      }
      assertThat(positions).as("%s", plan.segment()).hasSizeGreaterThanOrEqualTo(K);
      assertThat(plan.slots()).extracting(Slot::host).doesNotHaveDuplicates();
    }
  }

  /** Every position lies where the hub says, on hosts that are there, and nowhere else. */
  private void assertWhole() {
    Map<PeerId, Set<ShardId>> expected = new HashMap<>();
    for (DownloadPlan.SegmentPlan plan : plans()) {
      assertThat(plan.slots()).hasSize(N);
      for (Slot slot : plan.slots()) {
        assertThat(disk(slot.host()).get(plan.shard()))
            .isEqualTo(new Stored(slot.position(), false));
        expected.computeIfAbsent(slot.host(), host -> new HashSet<>()).add(plan.shard());
      }
    }
    for (StorageHost host : test.hosts.hosts()) {
      assertThat(disk(host.id()).keySet())
          .as("shards on %s", host.name())
          .isEqualTo(expected.getOrDefault(host.id(), Set.of()));
    }
  }

  private PeerId any(NodeView.State state) {
    List<PeerId> found =
        test.hosts.hosts().stream()
            .filter(host -> host.state() == state)
            .map(StorageHost::id)
            .toList();
    return found.get(random.nextInt(found.size()));
  }

  // ---- the tests

  @Test
  void lostHosts_areReplaced_andTheirCopiesDeletedWhenTheyComeBack() {
    store(SEGMENTS);
    List<PeerId> lost = List.of(test.hosts.id(0), test.hosts.id(1), test.hosts.id(2));
    lost.forEach(host -> test.hosts.state(host, NodeView.State.LOST));
    settle(3 * SEGMENTS);
    for (DownloadPlan.SegmentPlan plan : plans()) {
      assertThat(plan.slots()).hasSize(N).extracting(Slot::host).doesNotContainAnyElementsOf(lost);
      assertThat(plan.lost()).isEmpty();
    }
    lost.forEach(host -> test.hosts.state(host, NodeView.State.READY));
    settle(2);
    assertWhole();
  }

  @Test
  void offlineHosts_areNotReplaced() {
    store(2);
    test.hosts.state(test.hosts.id(0), NodeView.State.OFFLINE);
    test.hosts.state(test.hosts.id(1), NodeView.State.OFFLINE);
    assertThat(planner.tick(test.clock.instant())).isZero();
  }

  @Test
  void drainingHost_endsWithoutPositions() {
    store(SEGMENTS);
    PeerId host = test.hosts.id(4);
    assertThat(test.repairs.heldBy(host)).isPositive();
    test.hosts.state(host, NodeView.State.DRAINING);
    settle(2 * SEGMENTS);
    assertThat(test.repairs.heldBy(host)).isZero();
    assertThat(disk(host)).isEmpty();
    assertWhole();
  }

  @Test
  void drainingHost_thatIsNeededToRestoreWhatItHolds_isItselfTheSource() {
    store(1);
    List<Slot> slots = plans().getFirst().slots();
    PeerId host = slots.getFirst().host();
    test.hosts.state(host, NodeView.State.DRAINING);
    for (Slot slot : slots.subList(K, N)) {
      test.hosts.state(slot.host(), NodeView.State.OFFLINE);
    }
    settle(2);
    assertThat(test.repairs.heldBy(host)).isZero();
    assertReadable();
  }

  @Test
  void damagedPosition_isRewrittenOnItsHost() {
    store(1);
    DownloadPlan.SegmentPlan plan = plans().getFirst();
    Slot slot = plan.slots().getFirst();
    damage(plan, slot);
    round();
    assertThat(disk(slot.host()).get(plan.shard())).isEqualTo(new Stored(slot.position(), false));
    assertWhole();
    assertThat(planner.tick(test.clock.instant())).isZero();
  }

  private void damage(DownloadPlan.SegmentPlan plan, Slot slot) {
    disk(slot.host()).put(plan.shard(), new Stored(slot.position(), true));
    Digest block = SegmentIndex.decode(plan.index()).digest(0, slot.position());
    test.catalogue().reportDamage(slot.host(), block, plan.shard());
  }

  @Test
  void mostEndangered_isRepairedFirst() {
    store(SEGMENTS);
    DownloadPlan.SegmentPlan worst = plans().get(7);
    DownloadPlan.SegmentPlan other = plans().get(8);
    damage(other, other.slots().getFirst());
    for (Slot slot : worst.slots().subList(0, 3)) {
      damage(worst, slot);
    }
    round();
    for (Slot slot : worst.slots()) {
      assertThat(disk(slot.host()))
          .containsEntry(worst.shard(), new Stored(slot.position(), false));
    }
    Slot waiting = other.slots().getFirst();
    assertThat(disk(waiting.host()))
        .containsEntry(other.shard(), new Stored(waiting.position(), true));
  }

  @Test
  void repairThatNeverAnswered_isPlannedAnewAfterItsReservation() {
    store(1);
    PeerId lost = loseHostInTheMiddleOfItsRepair();
    round();
    assertThat(plans().getFirst().slots()).hasSize(N - 1);
    test.clock.advance(Duration.ofMinutes(20));
    settle(4);
    test.hosts.state(lost, NodeView.State.READY);
    settle(2);
    assertWhole();
  }

  @Test
  void repairOfAHubThatDied_isPlannedAnewByTheNextHubAtOnce_andItsCopyDeletedInTheEnd() {
    store(1);
    PeerId lost = loseHostInTheMiddleOfItsRepair();
    assertThat(test.repairs.abandonRepairs()).isEqualTo(1);
    settle(2);
    assertThat(plans().getFirst().slots()).hasSize(N).extracting(Slot::host).doesNotContain(lost);
    test.hosts.state(lost, NodeView.State.READY);
    test.clock.advance(Duration.ofMinutes(20));
    settle(2);
    assertWhole();
  }

  /** The hub that began the repair of the host that is given died: nobody will finish it. */
  private PeerId loseHostInTheMiddleOfItsRepair() {
    PeerId lost = plans().getFirst().slots().getFirst().host();
    test.hosts.state(lost, NodeView.State.LOST);
    ShardId shard = plans().getFirst().shard();
    PeerId target =
        test.hosts.hosts().stream()
            .map(StorageHost::id)
            .filter(id -> !disk(id).containsKey(shard))
            .findFirst()
            .orElseThrow();
    int position = disk(lost).getOrDefault(shard, new Stored(-1, true)).position();
    Instant expires = test.clock.instant().plusSeconds(60);
    assertThat(test.repairs.begin(shard, Map.of(position, target), expires)).isTrue();
    disk(target).put(shard, new Stored(position, false));
    assertThat(test.repairs.begin(shard, Map.of(position, target), expires)).isFalse();
    return lost;
  }

  @Test
  void seededDeathsAndReturns_loseNothing_andEndWithoutOverReplicas() {
    for (long seed = 1; seed <= 3; seed++) {
      System.out.println("RepairSimulationTest seed " + seed);
      random = new Random(seed);
      store(SEGMENTS / 3);
      orderFailure = 0.15;
      for (int step = 0; step < 25; step++) {
        happen();
        settle(4 * segments.size());
        assertReadable();
      }
      orderFailure = 0;
      for (StorageHost host : test.hosts.hosts()) {
        test.hosts.state(host.id(), NodeView.State.READY);
      }
      test.clock.advance(Duration.ofMinutes(20));
      settle(4 * segments.size());
      assertWhole();
    }
  }

  /** At most n-k = 4 hosts are away at a time, so that with repair between nothing may be lost. */
  private void happen() {
    long away = test.hosts.hosts().stream().filter(host -> !host.connected()).count();
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        if (away < N - K) {
          test.hosts.state(any(NodeView.State.READY), NodeView.State.LOST);
        }
      }
      case 2 -> {
        if (away > 0) {
          test.hosts.hosts().stream()
              .filter(host -> !host.connected())
              .skip(random.nextInt((int) away))
              .findFirst()
              .ifPresent(host -> test.hosts.state(host.id(), NodeView.State.READY));
        }
      }
      case 3 -> {
        if (away < N - K) {
          test.hosts.state(any(NodeView.State.READY), NodeView.State.OFFLINE);
        }
      }
      default -> {
        List<DownloadPlan.SegmentPlan> plans = plans();
        DownloadPlan.SegmentPlan plan = plans.get(random.nextInt(plans.size()));
        Slot slot = plan.slots().getFirst();
        if (away < N - K && alive(slot.host())) {
          damage(plan, slot);
        }
      }
    }
  }
}
