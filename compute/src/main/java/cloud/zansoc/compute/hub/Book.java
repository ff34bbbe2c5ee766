package cloud.zansoc.compute.hub;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that the hub keeps of one deployment and that is not over: read and written as one.
 *
 * @param leases that have not ended when this was read, by instance and number
 * @param events that are new since it was read
 * @param verdicts on hosts, new since it was read
 * @param version counts the writes
 */
public record Book(
    Deployment deployment,
    List<Instance> instances,
    List<Lease> leases,
    List<DeploymentEvent> events,
    List<Verdict> verdicts,
    long version) {
  public Book {
    instances = List.copyOf(instances);
    leases = List.copyOf(leases);
    events = List.copyOf(events);
    verdicts = List.copyOf(verdicts);
  }

  /** Whether a host kept a lease's terms, once. */
  public record Verdict(PeerId host, boolean kept) {}

  /** The leases of an instance, the newest last. */
  public List<Lease> leases(InstanceId instance) {
    return leases.stream()
        .filter(lease -> lease.instance().equals(instance))
        .sorted(Comparator.comparingLong(Lease::number))
        .toList();
  }

  /** An instance that is not gone. */
  public Optional<Instance> instance(InstanceId id) {
    return instances.stream().filter(instance -> instance.id().equals(id)).findFirst();
  }

  /** One lease, unless it was over when this was read. */
  public Optional<Lease> lease(InstanceId instance, long number) {
    return leases.stream()
        .filter(lease -> lease.instance().equals(instance) && lease.number() == number)
        .findFirst();
  }

  /** The same with another deployment. */
  public Book with(Deployment other) {
    return new Book(other, instances, leases, events, verdicts, version);
  }

  /** The same with this instance, new or changed. */
  public Book with(Instance changed) {
    List<Instance> others = new ArrayList<>(instances);
    others.removeIf(instance -> instance.id().equals(changed.id()));
    others.add(changed);
    others.sort(Instance.ORDER);
    return new Book(deployment, others, leases, events, verdicts, version);
  }

  /** The same without this instance. */
  public Book without(Instance gone) {
    List<Instance> others = new ArrayList<>(instances);
    others.removeIf(instance -> instance.id().equals(gone.id()));
    return new Book(deployment, others, leases, events, verdicts, version);
  }

  /** The same with this lease, new or changed. */
  public Book with(Lease changed) {
    List<Lease> others = new ArrayList<>(leases);
    others.removeIf(lease -> lease.key().equals(changed.key()));
    others.add(changed);
    return new Book(deployment, instances, others, events, verdicts, version);
  }

  /** The same with one more event. */
  public Book event(Instant at, String instance, String text) {
    List<DeploymentEvent> more = new ArrayList<>(events);
    more.add(new DeploymentEvent(at, instance, text));
    return new Book(deployment, instances, leases, more, verdicts, version);
  }

  /** The same with one more verdict. */
  public Book verdict(PeerId host, boolean kept) {
    List<Verdict> more = new ArrayList<>(verdicts);
    more.add(new Verdict(host, kept));
    return new Book(deployment, instances, leases, events, more, version);
  }
}
