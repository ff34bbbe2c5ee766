package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentPlan.Constraint;
import cloud.zansoc.compute.api.DeploymentPlan.Obstacle;
import cloud.zansoc.compute.api.ServiceSpec.Spread;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Says why instances find no host: what is asked for is looked at one by one, and the first thing
 * that no host has that has all before it is the obstacle. Pure.
 */
final class Obstacles {
  private static final int MOST_NAMED = 5;

  private final List<ComputeHost> everyone;
  private final WantedInstance instance;
  private List<ComputeHost> hosts;

  private Obstacles(List<ComputeHost> hosts, WantedInstance instance) {
    this.everyone = hosts;
    this.hosts = hosts;
    this.instance = instance;
  }

  /** What is found costs too much. */
  static Obstacle price(Money cheapest, Money most) {
    return new Obstacle(
        Constraint.PRICE,
        Optional.empty(),
        "the cheapest is %s an hour, the limit is %s: %s too much"
            .formatted(cheapest, most, new Money(cheapest.microDollars() - most.microDollars())));
  }

  /**
   * Why an instance of a service finds no host.
   *
   * @param service its instances that are to be placed
   * @param placed how many of them found one
   */
  static Obstacle of(
      List<ComputeHost> hosts, MatchRequest request, List<WantedInstance> service, int placed) {
    Obstacles obstacles = new Obstacles(hosts, service.getFirst());
    return obstacles
        .membership(request)
        .or(obstacles::labels)
        .or(obstacles::features)
        .or(() -> obstacles.duration(request.duration()))
        .or(obstacles::size)
        .or(() -> obstacles.spread(request, service.size()))
        .orElseGet(() -> obstacles.room(service.size(), placed));
  }

  private Optional<Obstacle> membership(MatchRequest request) {
    if (hosts.isEmpty()) {
      return Optional.of(
          new Obstacle(
              Constraint.HOSTS,
              Optional.empty(),
              "no host of this hub lends for computing: 'zansoc host join' on a machine with Docker or Podman adds one"));
    }
    return keep(
            Constraint.HOSTS,
            HostIndex::isReady,
            lending ->
                "a host that is ready: of %s that lend for computing, %s"
                    .formatted(count(lending), states(lending)))
        .or(() ->
            keep(
                Constraint.HOSTS,
                host -> !request.avoided().contains(host.id()),
                ready ->
                    "another host: there are only the %d that it must not use"
                        .formatted(ready.size())));
  }

  private static String states(List<ComputeHost> lending) {
    Map<String, Integer> states = new TreeMap<>();
    lending.forEach(host ->
        states.merge(
            host.reputation() > 0 ? host.state().name() : "without reputation", 1, Integer::sum));
    return states.entrySet().stream()
        .map(
            state -> state.getValue() + (state.getValue() == 1 ? " is " : " are ") + state.getKey())
        .collect(Collectors.joining(", "));
  }

  private Optional<Obstacle> labels() {
    for (Map.Entry<String, String> label : new TreeMap<>(instance.labels()).entrySet()) {
      Optional<Obstacle> obstacle =
          keep(
              Constraint.LABELS,
              host -> label.getValue().equals(host.labels().get(label.getKey())),
              before ->
                  "a host with the label %s=%s: none of %s has it, %s"
                      .formatted(
                          label.getKey(), label.getValue(), count(before), others(before, label)));
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }

  private static String others(List<ComputeHost> hosts, Map.Entry<String, String> label) {
    Set<String> values = new TreeSet<>();
    hosts.forEach(
        host -> Optional.ofNullable(host.labels().get(label.getKey())).ifPresent(values::add));
    return values.isEmpty()
        ? "and none has a label " + label.getKey()
        : "there is %s=%s"
            .formatted(
                label.getKey(),
                values.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                    + (values.size() > MOST_NAMED ? " and others" : ""));
  }

  private Optional<Obstacle> features() {
    return feature(
            Constraint.PRIVATE_NETWORK,
            Feature.PRIVATE_NETWORK,
            "private networks, which need Nebula and root at the host")
        .or(() -> feature(Constraint.VOLUMES, Feature.VOLUMES, "volumes"));
  }

  private Optional<Obstacle> feature(Constraint constraint, Feature feature, String what) {
    if (!instance.features().contains(feature)) {
      return Optional.empty();
    }
    return keep(
        constraint,
        host -> host.offer().features().contains(feature),
        before -> "a host that can do %s: none of %s can".formatted(what, count(before)));
  }

  private Optional<Obstacle> duration(Optional<Duration> duration) {
    long seconds = duration.map(Duration::toSeconds).orElse(HostIndex.ENDLESS);
    return keep(
            Constraint.DURATION,
            host ->
                host.offer().longest().map(Duration::toSeconds).orElse(HostIndex.ENDLESS)
                    >= seconds,
            before ->
                "a host that lends %s: none of %s does, the longest is %s"
                    .formatted(
                        duration.map(Obstacles::text).orElse("without an end"),
                        count(before),
                        longest(before)))
        .or(() ->
            keep(
                Constraint.DURATION,
                host -> host.offer().shortest().toSeconds() <= seconds,
                before ->
                    "a host that lends for only %s: none of %s does, the shortest is %s"
                        .formatted(
                            text(duration.orElseThrow()),
                            count(before),
                            text(
                                before.stream()
                                    .map(host -> host.offer().shortest())
                                    .min(Comparator.naturalOrder())
                                    .orElseThrow()))));
  }

  private static String longest(List<ComputeHost> hosts) {
    return hosts.stream()
        .flatMap(host -> host.offer().longest().stream())
        .max(Comparator.naturalOrder())
        .map(Obstacles::text)
        .orElseThrow();
  }

  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private Optional<Obstacle> size() {
    return amount(
            Constraint.GPUS,
            instance.size().gpus(),
            Capacity::gpus,
            gpus -> gpus + (gpus == 1 ? " GPU" : " GPUs"))
        .or(() ->
            amount(
                Constraint.CPU,
                instance.size().milliVcpus(),
                Capacity::milliVcpus,
                Obstacles::vcpus))
        .or(() ->
            amount(
                Constraint.MEMORY,
                instance.size().memory().bytes(),
                free -> free.memory().bytes(),
                bytes -> new ByteSize(bytes) + " of memory"))
        .or(() ->
            amount(
                Constraint.DISK,
                instance.stored().bytes(),
                free -> free.disk().bytes(),
                bytes -> new ByteSize(bytes) + " of disk"));
  }

  private Optional<Obstacle> amount(
      Constraint constraint,
      long needed,
      ToLongFunction<Capacity> free,
      Function<Long, String> text) {
    return keep(
        constraint,
        host -> free.applyAsLong(host.free()) >= needed,
        before -> {
          ComputeHost nearest = nearest(before, free);
          return "%s on one host: none of %s has that free, the nearest (%s) has %s"
              .formatted(
                  text.apply(needed),
                  count(before) + conditions(constraint),
                  nearest.name(),
                  text.apply(Math.max(0, free.applyAsLong(nearest.free()))));
        });
  }

  private static ComputeHost nearest(List<ComputeHost> hosts, ToLongFunction<Capacity> free) {
    return hosts.stream()
        .max(
            Comparator.comparingLong((ComputeHost host) -> free.applyAsLong(host.free()))
                .thenComparing(ComputeHost::id, Comparator.reverseOrder()))
        .orElseThrow();
  }

  /** What the hosts have of which none has what comes next. */
  private String conditions(Constraint constraint) {
    return switch (constraint) {
      case MEMORY -> " with " + vcpus(instance.size().milliVcpus());
      case DISK ->
          " with %s and %s"
              .formatted(vcpus(instance.size().milliVcpus()), instance.size().memory());
      default -> "";
    };
  }

  static String vcpus(long milliVcpus) {
    String number = BigDecimal.valueOf(milliVcpus, 3).stripTrailingZeros().toPlainString();
    return number + (number.equals("1") ? " vCPU" : " vCPUs");
  }

  private Optional<Obstacle> spread(MatchRequest request, int wanted) {
    Set<String> domains = hosts.stream().map(this::domain).collect(Collectors.toSet());
    domains.remove("");
    int all = domains.size();
    Set<PeerId> used =
        request.siblings().stream()
            .filter(sibling -> sibling.service().equals(instance.service()))
            .map(MatchRequest.Sibling::host)
            .collect(Collectors.toSet());
    everyone.stream()
        .filter(host -> used.contains(host.id()))
        .map(this::domain)
        .forEach(domains::remove);
    if (instance.spread() == Spread.NONE || domains.size() >= wanted) {
      return Optional.empty();
    }
    return Optional.of(
        obstacle(
            Constraint.SPREAD,
            "%d %s with no other replica: the %s that fit are in %d, of which %d are taken; %d too few"
                .formatted(
                    wanted,
                    instance.spread().name().toLowerCase(Locale.ROOT),
                    count(hosts),
                    all,
                    all - domains.size(),
                    wanted - domains.size())));
  }

  private String domain(ComputeHost host) {
    return switch (instance.spread()) {
      case NONE, HOSTS -> host.id().toString();
      case NETWORKS -> host.network();
      case REGIONS -> host.region();
    };
  }

  private Obstacle room(int wanted, int placed) {
    return obstacle(
        Constraint.ROOM,
        "room for %d instances of %s, %s of memory, %s of disk and %d GPUs each: it is found for %d, beside the rest of the deployment; %d too few"
            .formatted(
                wanted,
                vcpus(instance.size().milliVcpus()),
                instance.size().memory(),
                instance.stored(),
                instance.size().gpus(),
                placed,
                wanted - placed));
  }

  /** Goes on with the hosts that pass; an obstacle where none does. */
  private Optional<Obstacle> keep(
      Constraint constraint,
      Predicate<ComputeHost> passes,
      Function<List<ComputeHost>, String> needs) {
    List<ComputeHost> passing = hosts.stream().filter(passes).toList();
    if (passing.isEmpty()) {
      return Optional.of(obstacle(constraint, needs.apply(hosts)));
    }
    hosts = passing;
    return Optional.empty();
  }

  private Obstacle obstacle(Constraint constraint, String needs) {
    return new Obstacle(
        constraint,
        Optional.of(instance.service()),
        "service %s needs %s".formatted(instance.service(), needs));
  }

  private static String count(List<ComputeHost> hosts) {
    return hosts.size() == 1 ? "1 host" : hosts.size() + " hosts";
  }
}
