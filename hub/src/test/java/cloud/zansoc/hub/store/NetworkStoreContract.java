package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.hub.NebulaNetworks;
import cloud.zansoc.compute.hub.NetworkStore;
import cloud.zansoc.compute.hub.PrivateNetworks.Member;
import cloud.zansoc.compute.network.NebulaAuthority;
import cloud.zansoc.compute.network.NebulaCertificate;
import cloud.zansoc.compute.network.NetworkAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What private networks promise, on a real store. */
abstract class NetworkStoreContract {
  private static final Instant START = Instant.parse("2026-11-28T02:00:00Z");
  private static final InstanceId WEB = new InstanceId(1, 1);
  private static final InstanceId OTHER = new InstanceId(2, 2);
  private static final Map<String, List<String>> LIGHTHOUSES =
      Map.of("100.64.0.1", List.of("192.0.2.1:4242"));

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final InstantSource time = now::get;
  private final Clock clock = time.withZone(ZoneOffset.UTC);

  @TempDir private Path authorityFolder;
  private Database database;
  private NetworkStore store;
  private NebulaNetworks networks;

  abstract String newDatabase();

  @BeforeEach
  final void open() {
    database = Database.open(newDatabase());
    store = new SqlNetworkStore(database);
    networks = networks(new Random(1));
  }

  @AfterEach
  final void close() {
    database.close();
  }

  @Test
  void place_again_isTheSame() {
    PrivateNetwork first = networks.place(web(1));
    pass(Duration.ofDays(3));

    assertThat(networks(new Random(2)).place(web(1))).isEqualTo(first);
    assertThat(networks(new Random(3)).places("d1")).isEqualTo(Map.of(WEB, first));
    assertThat(first.blocked()).isEmpty();
    assertThat(first.lighthouses()).isEqualTo(LIGHTHOUSES);
  }

  @Test
  void place_ofAnotherMember_isInTheNamesOfBoth() {
    PrivateNetwork web = networks.place(web(1));
    PrivateNetwork other = networks.place(member("d1", OTHER, "db-1", 1));

    Map<String, String> names =
        Map.of(
            "web-1", address(web),
            "web-1.shop.zan", address(web),
            "db-1", address(other),
            "db-1.shop.zan", address(other));
    assertThat(other.names()).isEqualTo(names);
    assertThat(place("d1", WEB).names()).isEqualTo(names);
    assertThat(other.group()).isEqualTo(web.group());
  }

  @Test
  void place_inAnotherDeployment_hasAnotherGroupAndNoCommonNames() {
    PrivateNetwork web = networks.place(web(1));
    PrivateNetwork other = networks.place(member("d2", OTHER, "web-1", 1));

    assertThat(other.group()).isNotEqualTo(web.group());
    assertThat(other.address()).isNotEqualTo(web.address());
    assertThat(other.names()).containsEntry("web-1", address(other));
    assertThat(networks.places("d1")).containsOnlyKeys(WEB);
  }

  @Test
  void place_asHigherGeneration_keepsAddressAndBlocksTheOlderCertificate() {
    PrivateNetwork older = networks.place(web(1));
    PrivateNetwork newer = networks.place(web(2));

    assertThat(newer.address()).isEqualTo(older.address());
    assertThat(newer.names()).isEqualTo(older.names());
    assertThat(newer.certificate()).isNotEqualTo(older.certificate());
    assertThat(newer.key()).isNotEqualTo(older.key());
    assertThat(newer.blocked()).containsExactly(fingerprint(older));
    assertThat(store.blocked(now.get())).containsExactly(fingerprint(older));
    refuses(ErrorCode.CONFLICT, web(1));
  }

  @Test
  void places_halfOfItsLifeOver_haveARenewedCertificateAndBlockNothing() {
    PrivateNetwork first = networks.place(web(1));
    pass(NebulaNetworks.LIFE.dividedBy(2).plusHours(1));

    PrivateNetwork renewed = place("d1", WEB);
    assertThat(renewed.certificate()).isNotEqualTo(first.certificate());
    assertThat(renewed.address()).isEqualTo(first.address());
    assertThat(renewed.blocked()).isEmpty();
    assertThat(place("d1", WEB)).isEqualTo(renewed);

    PrivateNetwork moved = networks.place(web(2));
    assertThat(moved.blocked()).containsExactlyInAnyOrder(fingerprint(first), fingerprint(renewed));
    pass(NebulaNetworks.LIFE.dividedBy(2));
    assertThat(place("d1", WEB).blocked()).containsExactly(fingerprint(renewed));
  }

  @Test
  void release_ofAMember_takesItsNameAndBlocksItsCertificateUntilItExpires() {
    PrivateNetwork web = networks.place(web(1));
    PrivateNetwork other = networks.place(member("d1", OTHER, "db-1", 1));
    networks.release(OTHER);
    networks.release(OTHER);

    PrivateNetwork rest = place("d1", WEB);
    assertThat(networks.places("d1")).containsOnlyKeys(WEB);
    assertThat(rest.names()).containsOnlyKeys("web-1", "web-1.shop.zan");
    assertThat(rest.blocked()).containsExactly(fingerprint(other));
    assertThat(rest.certificate()).isEqualTo(web.certificate());
    refuses(ErrorCode.GONE, member("d1", OTHER, "db-1", 1));

    pass(NebulaNetworks.LIFE.plusSeconds(1));
    assertThat(place("d1", WEB).blocked()).isEmpty();
    assertThat(store.blocked(now.get())).isEmpty();
  }

  @Test
  void release_ofAnAddress_keepsItFromOthersUntilTheLastCertificateExpired() {
    NetworkAddress only = NetworkAddress.parse("100.64.3.7");
    NetworkStore.Draw draw = new NetworkStore.Draw("g", List.of(only));
    store.seat(web(1), draw);
    networks.places("d1");
    networks.release(WEB);
    Member next = member("d2", OTHER, "web-1", 1);

    store.forget(now.get());
    assertThatThrownBy(() -> store.seat(next, draw))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE));
    assertThat(store.roll("d2", now.get()).group()).isEmpty();

    pass(NebulaNetworks.LIFE.plusSeconds(1));
    store.forget(now.get());
    store.seat(next, draw);
    assertThat(address(place("d2", OTHER))).isEqualTo("100.64.3.7");
    assertThat(store.roll("d1", now.get()).group()).isEmpty();
  }

  @Test
  void place_underANameThatIsTaken_isRefusedUntilItsOwnerLeft() {
    networks.place(web(1));
    refuses(ErrorCode.ALREADY_EXISTS, member("d1", OTHER, "web-1", 1));
    refuses(ErrorCode.CONFLICT, member("d2", WEB, "web-1", 1));

    networks.release(WEB);
    assertThat(networks.place(member("d1", OTHER, "web-1", 1)).names()).hasSize(2);
  }

  @Test
  void place_whereNetworksAreUnavailable_saysWhy() {
    NebulaNetworks none =
        new NebulaNetworks(
            store,
            NebulaAuthority.loadOrCreate(authorityFolder, START),
            new NebulaNetworks.Lighthouses(Map.of(), Optional.of("nebula is missing")),
            new Random(1),
            clock);

    assertThat(none.unavailable()).contains("nebula is missing");
    assertThatThrownBy(() -> none.place(web(1)))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining("nebula is missing");
  }

  /** Against a naive model: which certificates each generation of each instance was seen with. */
  @Test
  void networks_overRandomSteps_blockWhatIsOfNoPresentGeneration() {
    long seed = 20_261_128;
    Random random = new Random(seed);
    Map<InstanceId, Long> present = new HashMap<>();
    Map<InstanceId, String> addresses = new HashMap<>();
    Map<String, Seen> seen = new HashMap<>();
    for (int step = 0; step < 150; step++) {
      InstanceId instance = new InstanceId(9, random.nextInt(100));
      List<InstanceId> all = List.copyOf(present.keySet());
      if (!all.isEmpty() && random.nextInt(3) > 0) {
        instance = all.get(random.nextInt(all.size()));
      }
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          if (!addresses.containsKey(instance) || present.containsKey(instance)) {
            long generation = present.merge(instance, 1L, Long::sum);
            networks.place(member("d1", instance, "i-" + instance.low(), generation));
          }
        }
        case 2 -> {
          networks.release(instance);
          present.remove(instance);
        }
        default -> pass(Duration.ofHours(random.nextInt(60)));
      }
      Map<InstanceId, PrivateNetwork> places = networks.places("d1");
      places.forEach((id, place) -> {
        assertThat(place.address()).isEqualTo(addresses.getOrDefault(id, place.address()));
        addresses.put(id, place.address());
        seen.putIfAbsent(
            fingerprint(place),
            new Seen(id, present.getOrDefault(id, 0L), now.get().plus(NebulaNetworks.LIFE)));
      });
      Set<String> refused = new HashSet<>();
      seen.forEach((fingerprint, its) -> {
        if (its.expiry().isAfter(now.get())
            && !Long.valueOf(its.generation()).equals(present.get(its.instance()))) {
          refused.add(fingerprint);
        }
      });
      assertThat(places.keySet()).as("seed %d step %d", seed, step).isEqualTo(present.keySet());
      assertThat(Set.copyOf(store.blocked(now.get())))
          .as("seed %d step %d", seed, step)
          .isEqualTo(refused);
      assertThat(places.values())
          .as("seed %d step %d", seed, step)
          .allSatisfy(place -> assertThat(Set.copyOf(place.blocked())).isEqualTo(refused));
      store.forget(now.get());
    }
    assertThat(Set.copyOf(addresses.values())).hasSameSizeAs(addresses.keySet());
  }

  private record Seen(InstanceId instance, long generation, Instant expiry) {}

  private NebulaNetworks networks(Random random) {
    return new NebulaNetworks(
        store,
        NebulaAuthority.loadOrCreate(authorityFolder, START),
        new NebulaNetworks.Lighthouses(LIGHTHOUSES, Optional.empty()),
        random,
        clock);
  }

  private PrivateNetwork place(String deployment, InstanceId instance) {
    return Optional.ofNullable(networks.places(deployment).get(instance)).orElseThrow();
  }

  private void refuses(ErrorCode code, Member member) {
    assertThatThrownBy(() -> networks.place(member))
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private void pass(Duration time) {
    now.updateAndGet(its -> its.plus(time));
  }

  private static Member web(long generation) {
    return member("d1", WEB, "web-1", generation);
  }

  private static Member member(
      String deployment, InstanceId instance, String name, long generation) {
    return new Member(deployment, "shop", instance, name, generation);
  }

  private static String address(PrivateNetwork place) {
    return place.address().replace("/10", "");
  }

  private static String fingerprint(PrivateNetwork place) {
    return NebulaCertificate.parse(place.certificate()).fingerprint();
  }
}
