package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.host.NebulaNetwork;
import cloud.zansoc.compute.hub.PrivateNetworks.Member;
import cloud.zansoc.compute.network.NatHomes;
import cloud.zansoc.compute.network.NatHomes.Instance;
import cloud.zansoc.compute.network.NebulaCertificate;
import cloud.zansoc.compute.network.NebulaProcess;
import cloud.zansoc.compute.network.Programs;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlNetworkStore;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Private networks with real parts: the hub's database and lighthouse, and what hosts do, in four
 * homes behind NATs, of which two let holes be punched and two do not.
 */
final class PrivateNetworkTest {
  private static final int CONE = 1;
  private static final int OTHER_CONE = 2;
  private static final int SYMMETRIC = 3;
  private static final int OTHER_SYMMETRIC = 4;

  private static @Nullable NatHomes built;

  /** The hub's clock: what it signs is so old, and still valid. */
  private final AtomicReference<Duration> behind = new AtomicReference<>(Duration.ofDays(4));

  private final InstantSource time = () -> Instant.now().minus(behind.get());
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final List<Running> instances = new ArrayList<>();
  private final Set<HostAddress> reached = new HashSet<>();

  @TempDir private Path folder;
  private NatHomes homes;
  private PrivateNetworking hub;
  private NebulaNetwork host;

  /** An instance, where it runs and what it is. */
  private record Running(Member member, Instance instance, NebulaNetwork host) {}

  @BeforeAll
  static void build() {
    Optional<String> obstacle = NebulaNetwork.obstacle();
    Assumptions.assumeTrue(obstacle.isEmpty(), () -> "skipped: " + obstacle.orElseThrow());
    built =
        NatHomes.up("zn", "--homes", "4", "--nat", "cone,cone,symmetric,symmetric", "--delay", "5");
  }

  @AfterAll
  static void takeDown() {
    if (built != null) {
      built.close();
    }
  }

  @BeforeEach
  void start() {
    homes = Objects.requireNonNull(built);
    Database database = keep(Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite")));
    List<String> nebula = new ArrayList<>(homes.in("hub"));
    nebula.add(Programs.find("nebula").orElseThrow().toString());
    Clock clock = time.withZone(ZoneOffset.UTC);
    hub =
        keep(
            new PrivateNetworking(
                new Lighthouse.Site(folder.resolve("network"), Optional.of(nebula), NatHomes.HUB),
                NetworkSettings.DEFAULT,
                new SqlNetworkStore(database),
                clock));
    hub.look();
    host = newHost("host");
  }

  @AfterEach
  void end() throws Exception {
    for (Running its : instances) {
      its.host().leave(its.member().instance());
    }
    host.close();
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  @Test
  void members_ofOneDeployment_reachEachOtherByNameOverNats() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    Instance two = run(member("d1", 2, 1), OTHER_CONE);
    Instance three = run(member("d1", 3, 1), SYMMETRIC);
    Instance four = run(member("d1", 4, 1), OTHER_SYMMETRIC);

    assertThat(one.lookUp("web-2")).startsWith(address(2)).contains("web-2.shop.zan");
    assertThat(one.lookUp("localhost")).contains("localhost");
    awaitReaches(one, "web-2.shop.zan");
    awaitReaches(two, "web-1");
    awaitReaches(one, "web-3");
    awaitReaches(three, "web-1.shop.zan");
    // No hole can be punched between these two: the lighthouse relays.
    awaitReaches(three, "web-4");
    awaitReaches(four, "web-3");
    assertThat(reached).containsExactly(new HostAddress(NatHomes.HUB, NetworkSettings.PORT));
  }

  @Test
  void members_ofAnotherDeployment_areRefused() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    Instance two = run(member("d1", 2, 1), OTHER_CONE);
    Instance stranger = run(member("d2", 3, 1), SYMMETRIC);
    run(member("d2", 4, 1), OTHER_SYMMETRIC);
    awaitReaches(two, "web-1");
    awaitReaches(stranger, "web-4");

    assertThat(stranger.reaches(address(1))).isFalse();
    assertThat(one.reaches(address(3))).isFalse();
    assertThat(stranger.lookUp("web-1")).isEmpty();
    assertThat(two.reaches(address(1))).isTrue();
  }

  @Test
  void member_thatMoved_isReachedAtTheSameAddressAndItsOldHostRefused() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    Instance old = run(member("d1", 2, 1), OTHER_CONE);
    awaitReaches(one, "web-2");
    awaitReaches(old, "web-1");
    String before = address(2);

    // The old host does not know yet: another host's agent has the new generation.
    NebulaNetwork oldHost = host;
    host = newHost("other");
    Instance moved = run(member("d1", 2, 2), SYMMETRIC);
    hub.look();
    oldHost.join(instance(1), one.process(), place(1));

    awaitReaches(moved, "web-1");
    awaitReaches(one, "web-2");
    assertThat(address(2)).isEqualTo(before);
    Await.until("the old one is refused", () -> old.reaches("web-1"), reaches -> !reaches);
    awaitReaches(one, "web-2");
    oldHost.leave(instance(2));
    host.leave(instance(2));
    host.close();
    host = oldHost;
  }

  @Test
  void member_thatIsRemoved_isRefused() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    Instance removed = run(member("d1", 2, 1), OTHER_CONE);
    awaitReaches(removed, "web-1");

    hub.networks().release(instance(2));
    hub.look();
    host.join(instance(1), one.process(), place(1));

    Await.until("it is refused", () -> removed.reaches("web-1"), reaches -> !reaches);
    assertThat(one.lookUp("web-2")).isEmpty();
  }

  @Test
  void members_whileTheLighthouseIsAway_talkOnAndRelayAgainAfterwards() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    Instance two = run(member("d1", 2, 1), OTHER_CONE);
    Instance three = run(member("d1", 3, 1), SYMMETRIC);
    Instance four = run(member("d1", 4, 1), OTHER_SYMMETRIC);
    awaitReaches(three, "web-4");
    // They may begin by the relay; after some packets they go on directly.
    Await.until(
        "they do not need the lighthouse",
        () -> {
          hub.look();
          awaitReaches(one, "web-2");
          boolean fetched = one.fetches("web-2") && two.fetches("web-1");
          hub.close();
          return fetched && one.reaches("web-2") && two.reaches("web-1");
        },
        direct -> direct);
    assertThat(three.reaches("web-4")).isFalse();

    hub.look();

    awaitReaches(three, "web-4");
    awaitReaches(four, "web-3");
    awaitReaches(one, "web-2");
  }

  @Test
  void member_withRenewedCertificate_talksOnWhenTheOlderIsRefused() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    Instance two = run(member("d1", 2, 1), OTHER_CONE);
    awaitReaches(one, "web-2");
    PrivateNetwork older = place(2);

    behind.set(Duration.ZERO);
    PrivateNetwork renewed = place(2);
    assertThat(renewed.certificate()).isNotEqualTo(older.certificate());
    host.join(instance(2), two.process(), renewed);
    host.join(instance(1), one.process(), blocking(place(1), older));

    awaitReaches(one, "web-2");
    awaitReaches(two, "web-1");
  }

  @Test
  void host_whoseAgentRestarts_findsNebulaAgainAndRestartsItWhenItDied() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    run(member("d1", 2, 1), OTHER_CONE);
    awaitReaches(one, "web-2");
    long before = nebula(1);

    host.close();
    host = newHost("host");
    host.join(instance(1), one.process(), place(1));
    assertThat(nebula(1)).isEqualTo(before);

    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    Await.until("another one runs", () -> nebula(1), now -> now != 0 && now != before);
    awaitReaches(one, "web-2");
    assertThat(nebulas(1)).hasSize(1);
  }

  @Test
  void member_whoseInstanceEndsOrStartsAgain_hasNebulaThereOnly() throws Exception {
    Instance one = run(member("d1", 1, 1), CONE);
    one.close();
    Await.until("nebula ends", () -> nebulas(1), List::isEmpty);

    instances.clear();
    Instance again = homes.start(OTHER_CONE, folder.resolve("again"));
    running.push(again);
    instances.add(new Running(member("d1", 1, 1), again, host));
    host.join(instance(1), again.process(), place(1));
    Instance two = run(member("d1", 2, 1), SYMMETRIC);
    awaitReaches(two, "web-1");
    assertThat(nebulas(1)).hasSize(1);

    host.leave(instance(1));
    assertThat(nebulas(1)).isEmpty();
    assertThat(folder.resolve("host").resolve(instance(1).toString())).doesNotExist();
    assertThat(again.lookUp("web-2")).isEmpty();
  }

  private NebulaNetwork newHost(String name) {
    return new NebulaNetwork(
        folder.resolve(name),
        now -> {
          reached.clear();
          reached.addAll(now);
        });
  }

  /** Starts an instance in a home, and tells everybody of it as a hub does. */
  private Instance run(Member member, int home) throws Exception {
    Instance instance =
        homes.start(home, folder.resolve(member.instance() + "-" + member.generation()));
    running.push(instance);
    hub.networks().place(member);
    instances.removeIf(its -> its.member().instance().equals(member.instance()));
    instances.add(new Running(member, instance, host));
    for (Running its : instances) {
      if (its.member().deployment().equals(member.deployment())) {
        its.host().join(its.member().instance(), its.instance().process(), place(its.member()));
      }
    }
    return instance;
  }

  private PrivateNetwork place(Member member) {
    Map<InstanceId, PrivateNetwork> places = hub.networks().places(member.deployment());
    return Optional.ofNullable(places.get(member.instance())).orElseThrow();
  }

  private PrivateNetwork place(int number) {
    return place(
        instances.stream()
            .map(Running::member)
            .filter(member -> member.instance().equals(instance(number)))
            .findFirst()
            .orElseThrow());
  }

  private static PrivateNetwork blocking(PrivateNetwork place, PrivateNetwork other) {
    String fingerprint = NebulaCertificate.parse(other.certificate()).fingerprint();
    return new PrivateNetwork(
        place.address(),
        place.authority(),
        place.certificate(),
        place.key(),
        place.group(),
        place.lighthouses(),
        place.names(),
        List.of(fingerprint));
  }

  private String address(int number) {
    return place(number).address().replace("/10", "");
  }

  private static void awaitReaches(Instance from, String host) {
    Await.until(host + " is reached", () -> from.reaches(host), reaches -> reaches);
  }

  private long nebula(int number) {
    return new NebulaProcess(folder.resolve("host").resolve(instance(number).toString()))
        .process()
        .orElse(0L);
  }

  /** All processes of this machine that run with a member's configuration. */
  private List<Long> nebulas(int number) {
    String configuration =
        folder
            .resolve("host")
            .resolve(instance(number).toString())
            .resolve("config.yml")
            .toString();
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> commandLine(pid).contains(configuration))
        .toList();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  private static Member member(String deployment, int number, long generation) {
    return new Member(deployment, "shop", instance(number), "web-" + number, generation);
  }

  private static InstanceId instance(int number) {
    return new InstanceId(number, number);
  }

  private <T extends AutoCloseable> T keep(T part) {
    running.push(part);
    return part;
  }
}
