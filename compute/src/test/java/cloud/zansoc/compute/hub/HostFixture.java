package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.ServiceSpec.Spread;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import cloud.zansoc.net.node.ComputeOffer.Prices;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Hosts and services for tests: each begins as one that fits everything, and is changed. */
final class HostFixture {
  static final Prices DEFAULT_PRICES =
      new Prices(
          new Money(1_500), new Money(500), new Money(1_000), new Money(1_000), new Money(100_000));

  private HostFixture() {}

  static PeerId id(int number) {
    return new PeerId(new Digest(0, 0, 0, number));
  }

  static Capacity capacity(double vcpus, int gibibytes, int diskGibibytes, int gpus) {
    return new Capacity(
        (int) Math.round(vcpus * 1000),
        ByteSize.ofGibibytes(gibibytes),
        ByteSize.ofGibibytes(diskGibibytes),
        gpus);
  }

  static Builder host(int number) {
    return new Builder(number);
  }

  /** A host that changes. */
  static final class Builder {
    private final int number;
    private NodeView.State state = NodeView.State.READY;
    private String network;
    private Map<String, String> labels = Map.of();
    private Capacity free = capacity(8, 16, 100, 0);
    private Prices prices = DEFAULT_PRICES;
    private Set<Feature> features = Set.of(Feature.values());
    private Duration shortest = Duration.ZERO;
    private Optional<Duration> longest = Optional.empty();
    private double reputation = 1;

    private Builder(int number) {
      this.number = number;
      this.network = "net-" + number;
    }

    Builder state(NodeView.State value) {
      state = value;
      return this;
    }

    Builder network(String value) {
      network = value;
      return this;
    }

    Builder labels(Map<String, String> value) {
      labels = value;
      return this;
    }

    Builder free(Capacity value) {
      free = value;
      return this;
    }

    Builder prices(Prices value) {
      prices = value;
      return this;
    }

    Builder vcpuPrice(long micros) {
      return prices(
          new Prices(
              new Money(micros),
              prices.memoryHour(),
              prices.storageMonth(),
              prices.egress(),
              prices.gpuHour()));
    }

    Builder features(Set<Feature> value) {
      features = value;
      return this;
    }

    Builder lends(Duration least, Optional<Duration> most) {
      shortest = least;
      longest = most;
      return this;
    }

    Builder reputation(double value) {
      reputation = value;
      return this;
    }

    ComputeHost build() {
      return new ComputeHost(
          id(number),
          "host-" + number,
          state,
          network,
          labels,
          new ComputeOffer(
              "docker 20.10",
              free,
              free,
              List.of(),
              features,
              prices,
              Optional.empty(),
              shortest,
              longest),
          free,
          reputation);
    }
  }

  static InstanceSize size(double vcpus, int gibibytes) {
    return new InstanceSize(
        (int) Math.round(vcpus * 1000),
        ByteSize.ofGibibytes(gibibytes),
        ByteSize.ofGibibytes(1),
        0);
  }

  static ServiceSpec service(String name, InstanceSize size, int replicas, Spread spread) {
    return service(name, size, replicas, spread, Map.of());
  }

  static ServiceSpec service(
      String name, InstanceSize size, int replicas, Spread spread, Map<String, String> labels) {
    return new ServiceSpec(
        name,
        "debian:12",
        List.of(),
        Map.of(),
        Map.of(),
        size,
        replicas,
        spread,
        labels,
        List.of(),
        List.of(),
        RestartPolicy.ALWAYS,
        Optional.empty());
  }

  static DeploymentSpec deployment(ServiceSpec... services) {
    return new DeploymentSpec("shop", List.of(services), false, Optional.empty(), Optional.empty());
  }
}
