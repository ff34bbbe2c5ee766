package cloud.zansoc.compute.hub;

import static cloud.zansoc.compute.hub.HostFixture.capacity;
import static cloud.zansoc.compute.hub.HostFixture.deployment;
import static cloud.zansoc.compute.hub.HostFixture.host;
import static cloud.zansoc.compute.hub.HostFixture.id;
import static cloud.zansoc.compute.hub.HostFixture.service;
import static cloud.zansoc.compute.hub.HostFixture.size;
import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentPlan.Constraint;
import cloud.zansoc.compute.api.DeploymentPlan.Obstacle;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.ServiceSpec.Spread;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.hub.Matcher.Match;
import cloud.zansoc.compute.hub.Matcher.Placed;
import cloud.zansoc.compute.hub.Matcher.Request;
import cloud.zansoc.compute.hub.Matcher.Wanted;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IndexedMatcherTest {
  private static final int ROUNDS = 400;
  private static final List<Spread> SPREADS = List.of(Spread.values());

  private static Match match(DeploymentSpec spec, List<ComputeHost> hosts) {
    return new IndexedMatcher().match(Request.of(spec), hosts);
  }

  private static List<PeerId> hostsOf(Match match) {
    return switch (match) {
      case Match.Found(List<Matcher.Choice> choices) ->
          choices.stream().map(choice -> choice.host().id()).toList();
      case Match.Obstructed(Obstacle obstacle) -> throw new AssertionError(obstacle.message());
    };
  }

  private static Obstacle obstacle(Match match) {
    return switch (match) {
      case Match.Found(List<Matcher.Choice> choices) ->
          throw new AssertionError("found " + choices);
      case Match.Obstructed(Obstacle obstacle) -> obstacle;
    };
  }

  private static long total(Match.Found found) {
    return found.choices().stream().mapToLong(choice -> choice.perHour().microDollars()).sum();
  }

  private static ComputeHost randomHost(Random random, int number) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (Feature feature : Feature.values()) {
      if (random.nextInt(4) > 0) {
        features.add(feature);
      }
    }
    return host(number)
        .state(random.nextInt(8) == 0 ? NodeView.State.PAUSED : NodeView.State.READY)
        .network("net-" + random.nextInt(4))
        .labels(
            random.nextInt(4) == 0
                ? Map.of()
                : Map.of("region", random.nextBoolean() ? "in" : "eu"))
        .free(
            capacity(
                random.nextInt(9) / 2.0, random.nextInt(9), random.nextInt(20), random.nextInt(3)))
        .vcpuPrice(1_500 + 250L * random.nextInt(4))
        .features(features)
        .reputation(random.nextInt(6) / 5.0)
        .build();
  }

  private static ServiceSpec randomService(Random random, String name, int most) {
    return service(
        name,
        size((1 + random.nextInt(4)) / 2.0, 1 + random.nextInt(3)),
        1 + random.nextInt(most),
        SPREADS.get(random.nextInt(SPREADS.size())),
        random.nextInt(4) == 0 ? Map.of("region", "in") : Map.of());
  }

  @Test
  void match_oneService_choosesAsTheOracleDoesAndCheapest() {
    int found = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<ComputeHost> hosts =
          IntStream.range(0, 1 + random.nextInt(6)).mapToObj(i -> randomHost(random, i)).toList();
      DeploymentSpec spec = deployment(randomService(random, "web", 4));
      NaiveMatching oracle = new NaiveMatching(spec, hosts);
      switch (match(spec, hosts)) {
        case Match.Found result -> {
          found++;
          assertThat(oracle.inTurn())
              .as("seed " + seed)
              .contains(result.choices().stream().map(Matcher.Choice::host).toList());
          assertThat(oracle.cheapest()).as("seed " + seed).contains(total(result));
        }
        case Match.Obstructed result ->
            assertThat(oracle.cheapest()).as("seed %d: %s".formatted(seed, result)).isEmpty();
      }
    }
    assertThat(found).isBetween(ROUNDS / 5, ROUNDS * 4 / 5);
  }

  @Test
  void match_severalServices_findsNothingThatIsNotThereAndMostOfWhatIs() {
    int possible = 0;
    int found = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<ComputeHost> hosts =
          IntStream.range(0, 2 + random.nextInt(4)).mapToObj(i -> randomHost(random, i)).toList();
      DeploymentSpec spec =
          deployment(randomService(random, "web", 2), randomService(random, "db", 2));
      Optional<Long> cheapest = new NaiveMatching(spec, hosts).cheapest();
      possible += cheapest.isPresent() ? 1 : 0;
      if (match(spec, hosts) instanceof Match.Found result) {
        found++;
        assertThat(cheapest).as("seed " + seed).isPresent();
        assertThat(total(result)).as("seed " + seed).isGreaterThanOrEqualTo(cheapest.get());
      }
    }
    assertThat(possible).isGreaterThan(ROUNDS / 10);
    assertThat(found).as("of %d that are possible", possible).isGreaterThan(possible * 95 / 100);
  }

  @Test
  void match_hostsInAnotherOrder_choosesTheSame() {
    Random random = new Random(7);
    List<ComputeHost> hosts = new ArrayList<>();
    IntStream.range(0, 200).forEach(i -> hosts.add(randomHost(random, i)));
    DeploymentSpec spec =
        deployment(
            service("web", size(0.5, 1), 20, Spread.NONE),
            service("db", size(1, 2), 3, Spread.NETWORKS));
    List<PeerId> first = hostsOf(match(spec, hosts));
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(hosts, random);
      assertThat(hostsOf(match(spec, hosts))).isEqualTo(first);
    }
  }

  @Test
  void match_indexThatSawManyChanges_choosesAsAFreshOne() {
    Random random = new Random(11);
    IndexedMatcher kept = new IndexedMatcher();
    List<ComputeHost> hosts = new ArrayList<>();
    for (int round = 0; round < 300; round++) {
      if (hosts.size() > 5 && random.nextInt(3) == 0) {
        hosts.remove(random.nextInt(hosts.size()));
      } else {
        ComputeHost next = randomHost(random, random.nextInt(100));
        hosts.removeIf(each -> each.id().equals(next.id()));
        hosts.add(next);
      }
      DeploymentSpec spec =
          deployment(randomService(random, "web", 3), randomService(random, "db", 2));
      assertThat(kept.match(Request.of(spec), hosts))
          .as("round " + round)
          .isEqualTo(match(spec, hosts));
    }
  }

  @Test
  void match_fromHostToHost_takesNothingForGood() {
    List<ComputeHost> hosts = List.of(host(1).free(capacity(2, 4, 10, 0)).build());
    IndexedMatcher matcher = new IndexedMatcher();
    DeploymentSpec two = deployment(service("web", size(1, 2), 2, Spread.NONE));
    DeploymentSpec three = deployment(service("web", size(1, 2), 3, Spread.NONE));
    assertThat(hostsOf(matcher.match(Request.of(two), hosts))).hasSize(2);
    assertThat(obstacle(matcher.match(Request.of(three), hosts)).constraint())
        .isEqualTo(Constraint.ROOM);
    assertThat(hostsOf(matcher.match(Request.of(two), hosts))).hasSize(2);
  }

  @Test
  void match_equalPrices_goByReputationThenDomainThenFit() {
    ComputeHost trusted = host(3).reputation(0.9).network("a").build();
    ComputeHost sameNetwork =
        host(2).reputation(0.9).network("a").free(capacity(2, 4, 50, 0)).build();
    ComputeHost other = host(4).reputation(0.9).network("b").build();
    ComputeHost doubtful = host(1).reputation(0.5).build();
    DeploymentSpec spec = deployment(service("web", size(1, 2), 3, Spread.HOSTS));
    assertThat(hostsOf(match(spec, List.of(trusted, sameNetwork, other, doubtful))))
        .containsExactly(id(2), id(4), id(3));
  }

  @Test
  void match_instanceWithoutGpu_leavesHostsWithGpusFree() {
    ComputeHost cards = host(1).free(capacity(2, 4, 50, 2)).build();
    ComputeHost none = host(2).free(capacity(32, 64, 500, 0)).build();
    DeploymentSpec spec = deployment(service("web", size(1, 2), 1, Spread.NONE));
    assertThat(hostsOf(match(spec, List.of(cards, none)))).containsExactly(id(2));
  }

  @Test
  void match_replacement_keepsAwayFromSiblingsAndCountsTheirPrice() {
    List<ComputeHost> hosts =
        IntStream.rangeClosed(1, 4).mapToObj(i -> host(i).network("n" + i % 3).build()).toList();
    DeploymentSpec spec = deployment(service("web", size(1, 2), 3, Spread.NETWORKS));
    Money hour = new Money(2_577);
    List<Placed> placed =
        List.of(new Placed("web-1", "web", id(1), hour), new Placed("web-3", "web", id(2), hour));
    Wanted wanted = new Wanted("web-2", "web", size(1, 2), Set.of(), Set.of());
    Match match = new IndexedMatcher().match(new Request(spec, List.of(wanted), placed), hosts);
    assertThat(hostsOf(match)).containsExactly(id(3));

    DeploymentSpec limited =
        new DeploymentSpec(
            "shop", spec.services(), false, Optional.of(new Money(7_000)), Optional.empty());
    Obstacle obstacle =
        obstacle(new IndexedMatcher().match(new Request(limited, List.of(wanted), placed), hosts));
    assertThat(obstacle.constraint()).isEqualTo(Constraint.PRICE);
  }

  @Test
  void match_onlyAndExcluded_areKept() {
    List<ComputeHost> hosts = List.of(host(1).build(), host(2).build(), host(3).build());
    DeploymentSpec spec = deployment(service("web", size(1, 2), 2, Spread.NONE));
    Request request =
        new Request(
            spec,
            List.of(
                new Wanted("web-1", "web", size(1, 2), Set.of(), Set.of(id(1), id(2))),
                new Wanted("web-2", "web", size(2, 4), Set.of(id(2)), Set.of())),
            List.of());
    assertThat(hostsOf(new IndexedMatcher().match(request, hosts))).containsExactly(id(3), id(2));
  }

  @Test
  void obstacle_noHost_saysHowToAddOne() {
    DeploymentSpec spec = deployment(service("web", size(1, 2), 1, Spread.NONE));
    assertThat(obstacle(match(spec, List.of())).message())
        .isEqualTo(
            "no host of this hub lends for computing: 'zansoc host join' on a machine with Docker or Podman adds one");
  }

  @ParameterizedTest
  @EnumSource(
      value = NodeView.State.class,
      names = {"PAUSED", "DRAINING", "OFFLINE", "LOST", "LEFT"})
  void obstacle_noHostReady_saysInWhichStateTheyAre(NodeView.State state) {
    DeploymentSpec spec = deployment(service("web", size(1, 2), 1, Spread.NONE));
    Obstacle obstacle =
        obstacle(match(spec, List.of(host(1).state(state).build(), host(2).reputation(0).build())));
    assertThat(obstacle)
        .isEqualTo(
            new Obstacle(
                Constraint.HOSTS,
                Optional.of("web"),
                "service web needs a host that is ready: of 2 hosts that lend for computing, 1 is %s, 1 is without reputation"
                    .formatted(state)));
  }

  @Test
  void obstacle_tooFewCores_namesTheNearest() {
    DeploymentSpec spec = deployment(service("web", size(5, 2), 1, Spread.NONE));
    List<ComputeHost> hosts =
        List.of(
            host(1).free(capacity(1, 8, 10, 0)).build(),
            host(2).free(capacity(1.5, 8, 10, 0)).build(),
            host(3).free(capacity(0.5, 8, 10, 0)).build());
    assertThat(obstacle(match(spec, hosts)))
        .isEqualTo(
            new Obstacle(
                Constraint.CPU,
                Optional.of("web"),
                "service web needs 5 vCPUs on one host: none of 3 hosts has that free, the nearest (host-2) has 1.5 vCPUs"));
  }

  @Test
  void obstacle_coresButNoMemoryBesideThem_namesBoth() {
    DeploymentSpec spec = deployment(service("web", size(4, 8), 1, Spread.NONE));
    List<ComputeHost> hosts =
        List.of(
            host(1).free(capacity(4, 2, 10, 0)).build(),
            host(2).free(capacity(1, 64, 10, 0)).build());
    Obstacle obstacle = obstacle(match(spec, hosts));
    assertThat(obstacle.constraint()).isEqualTo(Constraint.MEMORY);
    assertThat(obstacle.message())
        .isEqualTo(
            "service web needs 8.00 GiB of memory on one host: none of 1 host with 4 vCPUs has that free, the nearest (host-1) has 2.00 GiB of memory");
  }

  @Test
  void obstacle_tooFewNetworks_countsThem() {
    List<ComputeHost> hosts =
        IntStream.range(0, 5).mapToObj(i -> host(i).network("n" + i % 2).build()).toList();
    DeploymentSpec spec = deployment(service("web", size(1, 2), 3, Spread.NETWORKS));
    Obstacle obstacle = obstacle(match(spec, hosts));
    assertThat(obstacle.constraint()).isEqualTo(Constraint.SPREAD);
    assertThat(obstacle.message())
        .isEqualTo(
            "service web needs 3 networks for a replica each: the 5 hosts that fit are in 2; 1 too few");
  }

  @Test
  void obstacle_tooFewHostsBesideSiblings_countsThoseTaken() {
    List<ComputeHost> hosts = List.of(host(1).build(), host(2).build());
    DeploymentSpec spec = deployment(service("web", size(1, 2), 3, Spread.HOSTS));
    Request request =
        new Request(
            spec,
            List.of(new Wanted("web-3", "web", size(1, 2), Set.of(), Set.of())),
            List.of(
                new Placed("web-1", "web", id(1), Money.ZERO),
                new Placed("web-2", "web", id(2), Money.ZERO)));
    assertThat(obstacle(new IndexedMatcher().match(request, hosts)).message())
        .isEqualTo(
            "service web needs 1 more host for a replica each: the 2 hosts that fit have one already; 1 too few");
  }

  @Test
  void obstacle_notAllAtOnce_saysHowMany() {
    List<ComputeHost> hosts = List.of(host(1).free(capacity(2, 4, 50, 0)).build());
    DeploymentSpec spec = deployment(service("web", size(1, 1), 5, Spread.NONE));
    Obstacle obstacle = obstacle(match(spec, hosts));
    assertThat(obstacle.constraint()).isEqualTo(Constraint.ROOM);
    assertThat(obstacle.message())
        .isEqualTo(
            "service web needs room for 5 instances with 1 vCPU, 1.00 GiB of memory and 1.00 GiB of disk each: there is room for 2; 3 too few");
  }

  @Test
  void obstacle_tooDear_saysByHowMuch() {
    DeploymentSpec spec =
        new DeploymentSpec(
            "shop",
            List.of(service("web", size(8, 16), 1, Spread.NONE)),
            false,
            Optional.of(Money.parseUsd("0.02")),
            Optional.empty());
    assertThat(obstacle(match(spec, List.of(host(1).build()))))
        .isEqualTo(
            new Obstacle(
                Constraint.PRICE,
                Optional.empty(),
                "the cheapest is 0.020592 USD an hour, the limit is 0.02 USD: 0.000592 USD too much"));
  }

  @Test
  void obstacle_labels_namesThoseThatThereAre() {
    DeploymentSpec spec =
        deployment(service("web", size(1, 1), 1, Spread.NONE, Map.of("region", "in")));
    assertThat(
            obstacle(
                    match(
                        spec,
                        List.of(
                            host(1).labels(Map.of("region", "us")).build(),
                            host(2).labels(Map.of("region", "eu")).build())))
                .message())
        .isEqualTo(
            "service web needs a host with the label region=in: none of 2 hosts has it, there is region=eu, us");
    assertThat(obstacle(match(spec, List.of(host(1).build()))).message())
        .endsWith("none of 1 host has it, and none has a label region");
  }

  @Test
  void obstacle_features_saysWhatIsMissing() {
    DeploymentSpec spec =
        new DeploymentSpec(
            "shop",
            List.of(service("web", size(1, 1), 1, Spread.NONE)),
            true,
            Optional.empty(),
            Optional.empty());
    Obstacle obstacle =
        obstacle(match(spec, List.of(host(1).features(Set.of(Feature.VOLUMES)).build())));
    assertThat(obstacle.constraint()).isEqualTo(Constraint.PRIVATE_NETWORK);
  }

  @Test
  void obstacle_cluster_saysThatItHasNeitherVolumesNorStoredImages() {
    ComputeHost cluster = host(1).features(Set.of()).build();
    String image = "zs://images/web@sha256:" + "a".repeat(64);

    Obstacle stored = obstacle(match(deployment(web(image, List.of())), List.of(cluster)));
    assertThat(stored.constraint()).isEqualTo(Constraint.STORED_IMAGES);
    assertThat(stored.message())
        .isEqualTo(
            "service web needs a host that can do images from Zansoc storage, which clusters cannot: none of 1 host can");
    assertThat(
            obstacle(
                    match(
                        deployment(
                            web(
                                "debian",
                                List.of(
                                    new VolumeMount(
                                        "data",
                                        "/data",
                                        ByteSize.ofGibibytes(1),
                                        Duration.ofMinutes(1))))),
                        List.of(cluster)))
                .constraint())
        .isEqualTo(Constraint.VOLUMES);
    ComputeHost dearer = host(2).vcpuPrice(9_000).build();
    assertThat(match(deployment(web(image, List.of())), List.of(cluster, dearer)))
        .isInstanceOfSatisfying(
            Match.Found.class,
            found -> assertThat(found.choices().getFirst().host()).isEqualTo(dearer));
    assertThat(match(deployment(web("debian", List.of())), List.of(cluster, dearer)))
        .isInstanceOfSatisfying(
            Match.Found.class,
            found -> assertThat(found.choices().getFirst().host()).isEqualTo(cluster));
  }

  private static ServiceSpec web(String image, List<VolumeMount> volumes) {
    return new ServiceSpec(
        "web",
        image,
        List.of(),
        Map.of(),
        Map.of(),
        size(1, 1),
        1,
        Spread.NONE,
        Map.of(),
        volumes,
        List.of(),
        RestartPolicy.ALWAYS,
        Optional.empty());
  }

  @Test
  void obstacle_duration_namesTheNearest() {
    ComputeHost day = host(1).lends(Duration.ofHours(1), Optional.of(Duration.ofHours(24))).build();
    List<ServiceSpec> services = List.of(service("web", size(1, 1), 1, Spread.NONE));
    DeploymentSpec endless =
        new DeploymentSpec("shop", services, false, Optional.empty(), Optional.empty());
    assertThat(obstacle(match(endless, List.of(day))).message())
        .isEqualTo(
            "service web needs a host that lends without an end: none of 1 host does, the longest is 1d");
    DeploymentSpec brief =
        new DeploymentSpec(
            "shop", services, false, Optional.empty(), Optional.of(Duration.ofMinutes(10)));
    assertThat(obstacle(match(brief, List.of(day))).message())
        .isEqualTo(
            "service web needs a host that lends for only 10m: none of 1 host does, the shortest is 1h");
    DeploymentSpec fitting =
        new DeploymentSpec(
            "shop", services, false, Optional.empty(), Optional.of(Duration.ofHours(2)));
    assertThat(hostsOf(match(fitting, List.of(day)))).containsExactly(id(1));
  }
}
