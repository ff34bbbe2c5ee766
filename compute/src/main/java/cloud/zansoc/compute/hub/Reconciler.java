package cloud.zansoc.compute.hub;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What a deployment's book should be next: all that is decided, and nothing that is done. */
final class Reconciler {
  private final LeaseMoney money;
  private final Observation observation;
  private final LeaseSteps steps;
  private final Placing placing;
  private final HostWatch watch;
  private final Places places;
  private final InstanceVolumes volumes;
  private final RandomGenerator random;

  Reconciler(DeploymentKeeper.Parts parts, ComputeSettings settings, RandomGenerator random) {
    this.watch = parts.watch();
    this.places = new Places(parts.networks());
    this.volumes = parts.volumes();
    this.money = new LeaseMoney(parts.payments(), watch, settings);
    this.observation = new Observation(watch);
    this.steps = new LeaseSteps(parts, settings);
    Duration validity = parts.offers().map(OfferCheck::validity).orElse(settings.patience());
    this.placing = new Placing(parts, validity, random);
    this.random = random;
  }

  /**
   * The next book.
   *
   * @param limits what the hosts lend that are promised something new
   */
  record Next(Book book, Map<PeerId, Capacity> limits) {}

  /**
   * Decides on a book as it is kept.
   *
   * @param hosts with what is free of them; asked for where something is to be placed
   */
  Next decide(Book kept, Supplier<List<ComputeHost>> hosts, Instant now) {
    Book book = money.apply(kept, now);
    book = observation.apply(book, now);
    book = shape(expire(book, now));
    book = UsageReceipts.due(steps.apply(book, now), watch, now);
    Placing.Plan plan = placing.apply(book, hosts, watch, now);
    return new Next(finish(plan.book(), now), plan.limits());
  }

  /** What was seen of a host beside its reports. */
  Book fail(Book book, Lease lease, LeaseSteps.Setback setback, Instant now) {
    return steps.fail(book, lease, setback, now);
  }

  private static Book expire(Book book, Instant now) {
    Deployment deployment = book.deployment();
    boolean over =
        deployment.state() == Deployment.State.ACTIVE
            && deployment.ends().filter(end -> !end.isAfter(now)).isPresent();
    return over
        ? book.with(deployment.in(Deployment.State.REMOVING)).event(now, "", "its time is over")
        : book;
  }

  /** As many instances as the services have replicas; those with the highest numbers go. */
  private Book shape(Book book) {
    Deployment deployment = book.deployment();
    Book shaped = book;
    for (Instance instance : book.instances()) {
      boolean surplus =
          deployment.state() != Deployment.State.ACTIVE
              || instance.number() > deployment.service(instance.service()).replicas();
      boolean removed = instance.wanted() == Instance.Wanted.REMOVED;
      List<Lease> leases = book.leases(instance.id());
      if ((surplus && !removed)
          || (removed && (leases.isEmpty() || leases.stream().anyMatch(Lease::isActive)))) {
        places.release(deployment, instance.id());
        shaped = shaped.with(instance.with(Instance.Wanted.REMOVED));
      }
    }
    if (deployment.state() != Deployment.State.ACTIVE) {
      return shaped;
    }
    for (ServiceSpec service : deployment.spec().services()) {
      Set<Integer> there = new HashSet<>();
      for (Instance instance : shaped.instances()) {
        if (instance.service().equals(service.name())
            && instance.wanted() != Instance.Wanted.REMOVED) {
          there.add(instance.number());
        }
      }
      for (int number = 1; number <= service.replicas(); number++) {
        if (!there.contains(number)) {
          shaped = shaped.with(newInstance(deployment, service, number));
        }
      }
    }
    return shaped;
  }

  private Instance newInstance(Deployment deployment, ServiceSpec service, int number) {
    List<InstanceSpec.Volume> own = new ArrayList<>();
    for (VolumeMount mount : service.volumes()) {
      String name = service.replicas() == 1 ? mount.volume() : mount.volume() + "-" + number;
      own.add(
          new InstanceSpec.Volume(
              "", new VolumeMount(name, mount.path(), mount.size(), mount.snapshotEvery())));
    }
    return new Instance(
        InstanceId.random(random),
        deployment.id(),
        service.name(),
        number,
        Instance.Wanted.RUNNING,
        service.size(),
        own,
        0,
        0,
        Instance.Setbacks.NONE);
  }

  /** Forgets instances of which nothing is left, and at last the deployment. */
  private Book finish(Book book, Instant now) {
    Book finished = book;
    for (Instance instance : book.instances()) {
      boolean gone =
          book.leases(instance.id()).stream().allMatch(lease -> lease.state() == Lease.State.ENDED);
      if (instance.wanted() == Instance.Wanted.REMOVED && gone) {
        instance
            .volumes()
            .forEach(volume -> volumes.detach(volume.id(), instance.id(), instance.generation()));
        finished = finished.without(instance);
      }
    }
    boolean settled =
        finished.leases().stream()
            .allMatch(lease ->
                lease.state() == Lease.State.ENDED
                    || (lease.state() == Lease.State.ENDING
                        && lease.payment().closed().isPresent()
                        && lease.payment().reason() == CloseReasons.HOST_UNREACHABLE));
    boolean over = finished.deployment().state() == Deployment.State.REMOVING && settled;
    return over
        ? finished
            .with(finished.deployment().in(Deployment.State.REMOVED))
            .event(now, "", "removed")
        : finished;
  }
}
