package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.PortStart;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.http.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tries what hosts say of healthy instances: where a host reports a port as healthy to which the
 * hub cannot connect, again and again, the host has broken the lease's terms. An instance without a
 * health check of a port, or that its host calls unhealthy, says nothing about its host.
 */
public final class HealthProbes {
  /** So many failures in a row are a breach: its own check may be behind the instance's death. */
  static final int FAILURES = 3;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ComputeStore store;
  private final HostWatch watch;
  private final HostStreams streams;
  private final DeploymentKeeper keeper;
  private Map<String, Integer> failures = new HashMap<>();

  public HealthProbes(
      ComputeStore store, HostWatch watch, HostStreams streams, DeploymentKeeper keeper) {
    this.store = store;
    this.watch = watch;
    this.streams = streams;
    this.keeper = keeper;
  }

  /** Tries every instance once; to be called from one thread, about every half minute. */
  public void tick() {
    Map<String, Integer> now = new HashMap<>();
    Set<Digest> deployments = new HashSet<>(store.deployments());
    for (Digest deployment : deployments) {
      store.book(deployment).ifPresent(book -> probe(book, now));
    }
    failures = now;
  }

  private void probe(Book book, Map<String, Integer> now) {
    for (Lease lease : book.leases()) {
      Optional<Integer> port = claimed(book, lease);
      if (port.isEmpty() || answers(lease, port.get())) {
        continue;
      }
      int inARow = failures.getOrDefault(lease.key(), 0) + 1;
      if (inARow < FAILURES) {
        now.put(lease.key(), inARow);
      } else {
        keeper.broken(
            book.deployment().id(),
            lease,
            "calls port %d healthy, to which nobody can connect".formatted(port.get()));
      }
    }
  }

  /** The port that a host calls healthy. */
  private static Optional<Integer> claimed(Book book, Lease lease) {
    boolean healthy =
        lease.state() == Lease.State.RUNNING
            && lease
                .observed()
                .status()
                .filter(status -> status.state() == InstanceStatus.State.RUNNING)
                .filter(status -> status.health() == InstanceStatus.Health.HEALTHY)
                .isPresent();
    return healthy
        ? book.instance(lease.instance())
            .flatMap(instance -> book.deployment().service(instance.service()).health())
            .filter(check -> check.kind() != HealthCheck.Kind.COMMAND)
            .map(HealthCheck::port)
        : Optional.empty();
  }

  /** Whether it can be connected to, or nothing can be said about that. */
  private boolean answers(Lease lease, int port) {
    byte[] request = Json.write(new PortStart(lease.instance(), port));
    try (ControlStream _ = streams.open(lease.host(), PortStart.STREAM, request, TIMEOUT)) {
      return true;
    } catch (ZansocException e) {
      boolean refused = e.code() == ErrorCode.UNREACHABLE || e.code() == ErrorCode.NOT_FOUND;
      return !refused || watch.condition(lease.host()) != HostWatch.Condition.THERE;
    }
  }
}
