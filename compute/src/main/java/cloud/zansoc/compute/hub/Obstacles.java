package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Durations;
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
  private final Need need;
  private List<ComputeHost> hosts;

  private Obstacles(List<ComputeHost> hosts, Need need) {
    this.everyone = hosts;
    this.hosts = hosts;
    this.need = need;
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
   * Why not all instances that need the same find a host.
   *
   * @param others instances of the deployment that keep their hosts
   * @param wanted how many are to be placed
   * @param found how many of them find a host
   */
  static Obstacle of(
      List<ComputeHost> hosts, List<Matcher.Placed> others, Need need, int wanted, int found) {
    Obstacles obstacles = new Obstacles(hosts, need);
    return obstacles
        .membership()
        .or(obstacles::labels)
        .or(obstacles::features)
        .or(obstacles::duration)
        .or(obstacles::size)
        .or(() -> obstacles.spread(others, wanted))
        .orElseGet(() -> obstacles.room(wanted, found));
  }

  private Optional<Obstacle> membership() {
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
                host -> need.only().isEmpty() || need.only().contains(host.id()),
                ready -> "its own host, which is not ready"))
        .or(() ->
            keep(
                Constraint.HOSTS,
                host -> !need.excluded().contains(host.id()),
                ready ->
                    "another host: it is not to be on the %d that are ready"
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
    for (Map.Entry<String, String> label : new TreeMap<>(need.labels()).entrySet()) {
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
        .or(() -> feature(Constraint.VOLUMES, Feature.VOLUMES, "volumes"))
        .or(() ->
            feature(
                Constraint.STORED_IMAGES,
                Feature.STORED_IMAGES,
                "images from Zansoc storage, which clusters cannot"));
  }

  private Optional<Obstacle> feature(Constraint constraint, Feature feature, String what) {
    if (!need.features().contains(feature)) {
      return Optional.empty();
    }
    return keep(
        constraint,
        host -> host.offer().features().contains(feature),
        before -> "a host that can do %s: none of %s can".formatted(what, count(before)));
  }

  private Optional<Obstacle> duration() {
    Optional<Duration> duration = need.duration();
    long seconds = duration.map(Duration::toSeconds).orElse(HostIndex.ENDLESS);
    return keep(
            Constraint.DURATION,
            host ->
                host.offer().longest().map(Duration::toSeconds).orElse(HostIndex.ENDLESS)
                    >= seconds,
            before ->
                "a host that lends %s: none of %s does, the longest is %s"
                    .formatted(
                        duration.map(Durations::text).orElse("without an end"),
                        count(before),
                        longest(before)))
        .or(() ->
            keep(
                Constraint.DURATION,
                host -> host.offer().shortest().toSeconds() <= seconds,
                before ->
                    "a host that lends for only %s: none of %s does, the shortest is %s"
                        .formatted(
                            Durations.text(duration.orElseThrow()),
                            count(before),
                            Durations.text(
                                before.stream()
                                    .map(host -> host.offer().shortest())
                                    .min(Comparator.naturalOrder())
                                    .orElseThrow()))));
  }

  private static String longest(List<ComputeHost> hosts) {
    return hosts.stream()
        .flatMap(host -> host.offer().longest().stream())
        .max(Comparator.naturalOrder())
        .map(Durations::text)
        .orElseThrow();
  }

  private Optional<Obstacle> size() {
    return amount(Constraint.GPUS, need.size().gpus(), Capacity::gpus, Obstacles::gpus)
        .or(() ->
            amount(
                Constraint.CPU, need.size().milliVcpus(), Capacity::milliVcpus, Obstacles::vcpus))
        .or(() ->
            amount(
                Constraint.MEMORY,
                need.size().memory().bytes(),
                free -> free.memory().bytes(),
                bytes -> new ByteSize(bytes) + " of memory"))
        .or(() ->
            amount(
                Constraint.DISK,
                need.stored().bytes(),
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
      case MEMORY -> " with " + vcpus(need.size().milliVcpus());
      case DISK ->
          " with %s and %s".formatted(vcpus(need.size().milliVcpus()), need.size().memory());
      default -> "";
    };
  }

  private static String gpus(long gpus) {
    return gpus + (gpus == 1 ? " GPU" : " GPUs");
  }

  private static String vcpus(long milliVcpus) {
    String number = BigDecimal.valueOf(milliVcpus, 3).stripTrailingZeros().toPlainString();
    return number + (number.equals("1") ? " vCPU" : " vCPUs");
  }

  private Optional<Obstacle> spread(List<Matcher.Placed> others, int wanted) {
    Set<String> all = hosts.stream().map(this::domain).collect(Collectors.toSet());
    all.remove("");
    Set<PeerId> taken =
        others.stream()
            .filter(other -> other.service().equals(need.service()))
            .map(Matcher.Placed::host)
            .collect(Collectors.toSet());
    Set<String> left = new TreeSet<>(all);
    everyone.stream()
        .filter(host -> taken.contains(host.id()))
        .map(this::domain)
        .forEach(left::remove);
    if (need.spread() == Spread.NONE || left.size() >= wanted) {
      return Optional.empty();
    }
    String found =
        left.isEmpty() && !all.isEmpty()
            ? "%s that fit have one already".formatted(count(hosts))
            : "%s that fit are in %d%s"
                .formatted(
                    count(hosts),
                    left.size(),
                    left.size() < all.size() ? " that have none yet" : "");
    return Optional.of(
        obstacle(
            Constraint.SPREAD,
            "%s for a replica each: the %s; %d too few"
                .formatted(domains(taken, wanted), found, wanted - left.size())));
  }

  private String domains(Set<PeerId> taken, int wanted) {
    String plural = need.spread().name().toLowerCase(Locale.ROOT);
    return "%d %s%s"
        .formatted(
            wanted,
            taken.isEmpty() ? "" : "more ",
            wanted == 1 ? plural.substring(0, plural.length() - 1) : plural);
  }

  private String domain(ComputeHost host) {
    return switch (need.spread()) {
      case NONE, HOSTS -> host.id().toString();
      case NETWORKS -> host.network();
      case REGIONS -> host.region();
    };
  }

  private Obstacle room(int wanted, int found) {
    String gpus = need.size().gpus() == 0 ? "" : " and " + gpus(need.size().gpus());
    return obstacle(
        Constraint.ROOM,
        "room for %s with %s, %s of memory and %s of disk%s each: there is room for %d; %d too few"
            .formatted(
                wanted == 1 ? "1 instance" : wanted + " instances",
                vcpus(need.size().milliVcpus()),
                need.size().memory(),
                need.stored(),
                gpus,
                found,
                wanted - found));
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
        Optional.of(need.service()),
        "service %s needs %s".formatted(need.service(), needs));
  }

  private static String count(List<ComputeHost> hosts) {
    return hosts.size() == 1 ? "1 host" : hosts.size() + " hosts";
  }
}
