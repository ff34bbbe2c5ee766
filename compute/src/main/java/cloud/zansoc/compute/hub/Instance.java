package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One instance as its owner wants it. On which host it is, its {@link Lease}s say.
 *
 * @param number 1 is the first replica of its service
 * @param volumes its own, by the names they have for this very instance; without an id before the
 *     first of its leases is ordered
 * @param leases that it has had so far
 * @param generation of the newest; 0 before the first
 * @param setbacks on its way, since it ran last
 */
public record Instance(
    InstanceId id,
    Digest deployment,
    String service,
    int number,
    Wanted wanted,
    InstanceSize size,
    List<InstanceSpec.Volume> volumes,
    long leases,
    long generation,
    Setbacks setbacks) {
  /** By service and number. */
  public static final Comparator<Instance> ORDER =
      Comparator.comparing(Instance::service).thenComparingInt(Instance::number);

  private static final int MOST_AVOIDED = 16;

  public Instance {
    volumes = List.copyOf(volumes);
  }

  /** What its owner wants of it. */
  public enum Wanted {
    RUNNING,
    /** Stopped, and started again. */
    RESTARTED,
    STOPPED,
    REMOVED
  }

  /**
   * What went wrong with it, since it ran last.
   *
   * @param retryAt no host is looked for before
   * @param reason of the last, for people
   * @param avoided hosts that are not tried for a while
   */
  public record Setbacks(int count, Instant retryAt, String reason, List<Avoided> avoided) {
    /** Nothing went wrong. */
    public static final Setbacks NONE = new Setbacks(0, Instant.EPOCH, "", List.of());

    public Setbacks {
      avoided = List.copyOf(avoided);
    }
  }

  /** A host that is not tried until then. */
  public record Avoided(PeerId host, Instant until) {}

  /** The name within its deployment: web-1. */
  public String name() {
    return service + "-" + number;
  }

  /** Hosts that are not to be tried now. */
  public Set<PeerId> avoidedAt(Instant now) {
    return setbacks.avoided().stream()
        .filter(avoided -> avoided.until().isAfter(now))
        .map(Avoided::host)
        .collect(Collectors.toSet());
  }

  /** The same, wanted otherwise. */
  public Instance with(Wanted other) {
    return new Instance(
        id, deployment, service, number, other, size, volumes, leases, generation, setbacks);
  }

  /** The same with another size. */
  public Instance with(InstanceSize other) {
    return new Instance(
        id, deployment, service, number, wanted, other, volumes, leases, generation, setbacks);
  }

  /** The same with its volumes as they are attached. */
  public Instance with(List<InstanceSpec.Volume> attached) {
    return new Instance(
        id, deployment, service, number, wanted, size, attached, leases, generation, setbacks);
  }

  /** The same with one more lease, on another host or on the same. */
  public Instance nextLease(boolean elsewhere) {
    return new Instance(
        id,
        deployment,
        service,
        number,
        wanted,
        size,
        volumes,
        leases + 1,
        elsewhere ? generation + 1 : generation,
        setbacks);
  }

  /** The same, for which all goes well. */
  public Instance succeeding() {
    return setback(Setbacks.NONE);
  }

  /**
   * The same after one more setback with a host.
   *
   * @param retry no host is looked for before
   * @param avoidUntil the host is not tried before
   */
  public Instance failing(PeerId host, String why, Instant retry, Instant avoidUntil) {
    List<Avoided> avoided = new ArrayList<>(setbacks.avoided());
    avoided.removeIf(other -> other.host().equals(host));
    avoided.add(new Avoided(host, avoidUntil));
    while (avoided.size() > MOST_AVOIDED) {
      avoided.removeFirst();
    }
    return setback(new Setbacks(setbacks.count() + 1, retry, why, avoided));
  }

  private Instance setback(Setbacks other) {
    return new Instance(
        id, deployment, service, number, wanted, size, volumes, leases, generation, other);
  }
}
