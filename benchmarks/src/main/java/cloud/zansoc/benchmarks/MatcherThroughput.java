package cloud.zansoc.benchmarks;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.hub.ComputeHost;
import cloud.zansoc.compute.hub.IndexedMatcher;
import cloud.zansoc.compute.hub.Matcher;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import cloud.zansoc.net.node.NodeView;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Placements a second of CPU time on one core: deployments of one to five replicas are matched with
 * many hosts, what they take is reserved, and the oldest go when too many are there. Two kinds of
 * networks: every host asks its own prices, and all ask the same, where everything is decided by
 * what comes after the price.
 *
 * <p>Arguments: hosts (default 10,000), seconds for each kind (default 10).
 */
public final class MatcherThroughput {
  private static final int MOST_DEPLOYMENTS = 4_000;
  private static final long SEED = 1;

  private final Random random = new Random(SEED);
  private final IndexedMatcher matcher = new IndexedMatcher();
  private final Map<PeerId, ComputeHost> hosts = new HashMap<>();
  private final Deque<List<Matcher.Choice>> deployed = new ArrayDeque<>();
  private final Deque<DeploymentSpec> specs = new ArrayDeque<>();

  private MatcherThroughput(int count, boolean ownPrices) {
    for (int i = 0; i < count; i++) {
      ComputeHost host = host(i, ownPrices);
      hosts.put(host.id(), host);
      matcher.update(host);
    }
  }

  /** Runs it, and prints a line for each kind of network. */
  public static void main(String[] arguments) {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    for (boolean ownPrices : new boolean[] {true, false}) {
      MatcherThroughput benchmark = new MatcherThroughput(count, ownPrices);
      benchmark.run(Duration.ofSeconds(seconds).dividedBy(2));
      double rate = benchmark.run(Duration.ofSeconds(seconds));
      System.out.printf(
          "%d hosts, %s: %.0f placements/s%n",
          count, ownPrices ? "prices of their own" : "equal prices", rate);
    }
  }

  private double run(Duration time) {
    long start = cpuNanos();
    long placed = 0;
    while (cpuNanos() - start < time.toNanos()) {
      DeploymentSpec spec = deployment();
      if (matcher.match(Matcher.Request.of(spec)) instanceof Matcher.Match.Found found) {
        placed += found.choices().size();
        found.choices().forEach(choice -> reserve(spec, choice, 1));
        deployed.add(found.choices());
        specs.add(spec);
      }
      while (deployed.size() > MOST_DEPLOYMENTS) {
        DeploymentSpec oldest = specs.remove();
        deployed.remove().forEach(choice -> reserve(oldest, choice, -1));
      }
    }
    return placed / ((cpuNanos() - start) / 1e9);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void reserve(DeploymentSpec spec, Matcher.Choice choice, int sign) {
    ComputeHost host = hosts.getOrDefault(choice.host().id(), choice.host());
    InstanceSize size = spec.services().getFirst().size();
    Capacity free = host.free();
    ComputeHost changed =
        new ComputeHost(
            host.id(),
            host.name(),
            host.state(),
            host.network(),
            host.labels(),
            host.offer(),
            new Capacity(
                free.milliVcpus() - sign * size.milliVcpus(),
                new ByteSize(free.memory().bytes() - sign * size.memory().bytes()),
                new ByteSize(free.disk().bytes() - sign * size.disk().bytes()),
                free.gpus() - sign * size.gpus()),
            host.reputation());
    hosts.put(host.id(), changed);
    matcher.update(changed);
  }

  private DeploymentSpec deployment() {
    ServiceSpec.Spread[] spreads = ServiceSpec.Spread.values();
    InstanceSize size =
        new InstanceSize(
            250 * (1 + random.nextInt(16)),
            ByteSize.ofMebibytes(256L * (1 + random.nextInt(32))),
            ByteSize.ofGibibytes(1 + random.nextInt(20)),
            random.nextInt(50) == 0 ? 1 : 0);
    ServiceSpec service =
        new ServiceSpec(
            "web",
            "debian:12",
            List.of(),
            Map.of(),
            Map.of(),
            size,
            1 + random.nextInt(5),
            spreads[random.nextInt(spreads.length)],
            random.nextInt(4) == 0 ? Map.of("region", "region-" + random.nextInt(20)) : Map.of(),
            List.of(),
            List.of(),
            RestartPolicy.ALWAYS,
            Optional.empty());
    return new DeploymentSpec(
        "shop", List.of(service), random.nextBoolean(), Optional.empty(), Optional.empty());
  }

  private ComputeHost host(int number, boolean ownPrices) {
    int vcpus = 2 << random.nextInt(5);
    Capacity all =
        new Capacity(
            vcpus * 1000,
            ByteSize.ofGibibytes(2L * vcpus),
            ByteSize.ofGibibytes(100L + random.nextInt(900)),
            random.nextInt(20) == 0 ? 1 : 0);
    ComputeOffer.Prices prices =
        new ComputeOffer.Prices(
            new Money(ownPrices ? 1_000 + random.nextInt(1_000) : 1_500),
            new Money(ownPrices ? 300 + random.nextInt(400) : 500),
            new Money(1_000),
            new Money(1_000),
            new Money(100_000));
    ComputeOffer offer =
        new ComputeOffer(
            "docker 20.10",
            all,
            all,
            List.of(),
            Set.of(ComputeOffer.Feature.PRIVATE_NETWORK, ComputeOffer.Feature.DISK_LIMIT),
            prices,
            Optional.empty(),
            Duration.ZERO,
            Optional.empty());
    return new ComputeHost(
        new PeerId(new Digest(random.nextLong(), 0, 0, number)),
        "host-" + number,
        NodeView.State.READY,
        "network-" + random.nextInt(4_000),
        Map.of("region", "region-" + random.nextInt(20)),
        offer,
        all,
        1 - random.nextInt(3) / 10.0);
  }
}
