package cloud.zansoc.compute.hub;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.DeploymentView.Payment;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.image.ImageReference;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deployments and instances as their clients see them, out of what the hub keeps. */
final class DeploymentViews {
  private static final Comparator<Instance> ORDER =
      Comparator.comparing(Instance::service).thenComparingInt(Instance::number);

  private final HostWatch watch;
  private final Optional<PrivateNetworks> networks;
  private final Endpoints endpoints;

  DeploymentViews(HostWatch watch, Optional<PrivateNetworks> networks, Endpoints endpoints) {
    this.watch = watch;
    this.networks = networks;
    this.endpoints = endpoints;
  }

  /** The instances of a deployment, by name. */
  List<InstanceView> instances(Book book) {
    Map<InstanceId, PrivateNetwork> places =
        book.deployment().spec().privateNetwork()
            ? networks.map(its -> its.places(book.deployment().id().toString())).orElse(Map.of())
            : Map.of();
    return book.instances().stream()
        .sorted(ORDER)
        .map(instance -> view(book, instance, Optional.ofNullable(places.get(instance.id()))))
        .toList();
  }

  /**
   * A deployment.
   *
   * @param leases all that it has had
   * @param mandate as the chain has it; none where that was not asked for
   */
  DeploymentView deployment(
      Book book,
      List<Lease> leases,
      Optional<LeasePayments.Mandate> mandate,
      List<DeploymentEvent> events,
      Instant now) {
    Deployment deployment = book.deployment();
    List<InstanceView> instances = instances(book);
    return new DeploymentView(
        deployment.name(),
        state(book, instances),
        reason(book, instances),
        deployment.spec().services().stream().map(service -> service(service, instances)).toList(),
        deployment.spec().privateNetwork(),
        instances,
        endpoints.addresses(deployment),
        instances.stream().map(InstanceView::perHour).reduce(Money.ZERO, Money::plus),
        deployment.spec().mostPerHour(),
        deployment.account().map(account -> payment(book, leases, account, mandate)),
        deployment.created(),
        deployment.ends(),
        Bills.of(leases, now),
        Warnings.of(book, mandate, watch, now),
        events);
  }

  private InstanceView view(Book book, Instance instance, Optional<PrivateNetwork> place) {
    List<Lease> leases = book.leases(instance.id());
    Optional<Lease> lease =
        leases.reversed().stream()
            .filter(Lease::isActive)
            .findFirst()
            .or(() -> leases.isEmpty() ? Optional.empty() : Optional.of(leases.getLast()));
    Optional<InstanceStatus> status = lease.flatMap(its -> its.observed().status());
    InstanceView.State state = state(instance, lease);
    return new InstanceView(
        instance.id(),
        instance.name(),
        book.deployment().name(),
        instance.service(),
        instance.size(),
        state,
        reason(book, instance, state, status),
        status.map(InstanceStatus::since).or(() -> lease.map(Lease::since)).orElse(Instant.EPOCH),
        lease.filter(Lease::isActive).map(this::place),
        place.map(PrivateNetwork::address).map(address -> address.replaceFirst("/.*", "")),
        instance.generation(),
        lease.filter(Lease::isActive).map(its -> its.terms().perHour()).orElse(Money.ZERO),
        lease.map(its -> its.ordered().paidUntil()).filter(until -> until.isAfter(Instant.EPOCH)),
        lease.flatMap(Warnings::keptUntil),
        status);
  }

  private InstanceView.Place place(Lease lease) {
    String network = watch.host(lease.host()).map(ComputeHost::network).orElse("");
    return new InstanceView.Place(lease.host(), watch.name(lease.host()), network);
  }

  private static InstanceView.State state(Instance instance, Optional<Lease> lease) {
    if (instance.wanted() == Instance.Wanted.REMOVED) {
      return InstanceView.State.REMOVING;
    }
    if (lease.isEmpty() || !lease.get().isActive()) {
      return instance.wanted() == Instance.Wanted.STOPPED
          ? InstanceView.State.STOPPED
          : InstanceView.State.WAITING;
    }
    return switch (lease.get().state()) {
      case PLANNED, OFFERED, FUNDING -> InstanceView.State.LEASING;
      case STOPPED -> InstanceView.State.STOPPED;
      case ORDERED, RUNNING -> observed(lease.get());
      case ENDING, ENDED -> InstanceView.State.WAITING;
    };
  }

  private static InstanceView.State observed(Lease lease) {
    if (lease.observed().downSince().isPresent()) {
      return InstanceView.State.SILENT;
    }
    Optional<InstanceStatus> status = lease.observed().status();
    if (status.isEmpty() || status.get().generation() != lease.generation()) {
      return InstanceView.State.ORDERED;
    }
    return switch (status.get().state()) {
      case PREPARING -> InstanceView.State.PREPARING;
      case STARTING -> InstanceView.State.STARTING;
      case RUNNING -> InstanceView.State.RUNNING;
      case RESTARTING -> InstanceView.State.RESTARTING;
      case EXITED -> InstanceView.State.EXITED;
      case FENCED -> InstanceView.State.SILENT;
      case STOPPED -> InstanceView.State.STOPPED;
      case FAILED -> InstanceView.State.FAILED;
      case REMOVED -> InstanceView.State.REMOVING;
    };
  }

  private static String reason(
      Book book, Instance instance, InstanceView.State state, Optional<InstanceStatus> status) {
    if (state == InstanceView.State.WAITING) {
      String trouble = book.deployment().trouble();
      return trouble.isEmpty() ? instance.setbacks().reason() : trouble;
    }
    return status.map(InstanceStatus::reason).orElse(instance.setbacks().reason());
  }

  private static DeploymentView.Service service(ServiceSpec service, List<InstanceView> instances) {
    int ready =
        (int)
            instances.stream()
                .filter(instance -> instance.service().equals(service.name()))
                .filter(InstanceView::isReady)
                .count();
    return new DeploymentView.Service(
        service.name(),
        ImageReference.shown(service.image()),
        service.size(),
        service.replicas(),
        ready);
  }

  private static DeploymentView.State state(Book book, List<InstanceView> instances) {
    Deployment deployment = book.deployment();
    if (deployment.state() != Deployment.State.ACTIVE) {
      return DeploymentView.State.REMOVING;
    }
    int wanted = deployment.spec().services().stream().mapToInt(ServiceSpec::replicas).sum();
    if (instances.stream().allMatch(its -> its.state() == InstanceView.State.STOPPED)
        && (wanted == 0 || !instances.isEmpty())) {
      return DeploymentView.State.STOPPED;
    }
    if (instances.size() == wanted && instances.stream().allMatch(InstanceView::isReady)) {
      return DeploymentView.State.RUNNING;
    }
    if (instances.stream().allMatch(its -> its.state() == InstanceView.State.FAILED)
        && !instances.isEmpty()) {
      return DeploymentView.State.FAILED;
    }
    boolean ranBefore =
        book.instances().size() == wanted
            && book.instances().stream().allMatch(its -> hasRun(book, its));
    return ranBefore ? DeploymentView.State.DEGRADED : DeploymentView.State.DEPLOYING;
  }

  private static boolean hasRun(Book book, Instance instance) {
    return instance.generation() > 1
        || book.leases(instance.id()).stream()
            .anyMatch(lease -> lease.state() == Lease.State.RUNNING);
  }

  private static String reason(Book book, List<InstanceView> instances) {
    return instances.stream()
        .filter(instance -> !instance.isReady() && !instance.reason().isEmpty())
        .map(instance -> instance.name() + ": " + instance.reason())
        .findFirst()
        .orElse(book.deployment().trouble());
  }

  private static Payment payment(
      Book book, List<Lease> leases, String account, Optional<LeasePayments.Mandate> mandate) {
    List<Lease> asked =
        book.instances().stream()
            .flatMap(instance -> refused(book.deployment(), instance, leases).stream())
            .toList();
    List<Lease> open = book.leases().stream().filter(lease -> lease.payment().isOpen()).toList();
    return new Payment(
        account,
        book.deployment().id(),
        Compensation.rate(open).toString(),
        Compensation.rate(asked).toString(),
        asked.stream().map(lease -> lease.terms().perHour()).reduce(Money.ZERO, Money::plus),
        mandate.map(LeasePayments.Mandate::leftUnits).orElse("0"),
        open.stream().map(lease -> lease.ordered().paidUntil()).min(Comparator.naturalOrder()));
  }

  /** The lease that an instance was to have next, and that is not paid. */
  private static Optional<Lease> refused(
      Deployment deployment, Instance instance, List<Lease> leases) {
    return leases.stream()
        .filter(lease -> lease.instance().equals(instance.id()))
        .max(Comparator.comparingLong(Lease::number))
        .filter(lease -> !deployment.trouble().isEmpty())
        .filter(lease -> instance.wanted() == Instance.Wanted.RUNNING)
        .filter(lease -> lease.state() == Lease.State.ENDED)
        .filter(lease -> lease.payment().opened().isEmpty());
  }

  /** The instances of some deployments together, by name. */
  List<InstanceView> all(List<Book> books) {
    return books.stream()
        .flatMap(book -> instances(book).stream())
        .sorted(Comparator.comparing(InstanceView::deployment).thenComparing(InstanceView::name))
        .toList();
  }
}
