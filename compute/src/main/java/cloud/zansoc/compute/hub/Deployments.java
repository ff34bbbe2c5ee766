package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentBill;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentRequest;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.ScaleRequest;
import cloud.zansoc.compute.api.ServiceSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What clients ask of the hub about their deployments and instances. All of it is scoped to a
 * tenant: another tenant's names are NOT_FOUND. Thread-safe.
 */
public final class Deployments implements InstanceDirectory {
  private final ComputeStore store;
  private final DeploymentKeeper keeper;
  private final Surroundings surroundings;
  private final DeploymentViews views;
  private final Clock clock;

  /** By tenant. */
  private volatile Map<String, List<Warning>> warnings = Map.of();

  private record Warning(Digest deployment, Optional<Instant> ends, String text) {}

  /**
   * What it asks besides.
   *
   * @param random of the ids of deployments that nobody pays for
   */
  public record Surroundings(DeploymentKeeper.Parts parts, Plans plans, RandomGenerator random) {}

  /** Makes of what was matched the plan that a client is shown. */
  @FunctionalInterface
  public interface Plans {
    /** The plan. */
    DeploymentPlan of(DeploymentSpec spec, Matcher.Match match);
  }

  public Deployments(
      ComputeStore store, DeploymentKeeper keeper, Surroundings surroundings, Clock clock) {
    this.store = store;
    this.keeper = keeper;
    this.surroundings = surroundings;
    this.clock = clock;
    this.views =
        new DeploymentViews(
            surroundings.parts().watch(),
            surroundings.parts().networks(),
            surroundings.parts().endpoints());
  }

  // ---- before there is a deployment

  /** What a deployment would get now; nothing is reserved. */
  public DeploymentPlan plan(DeploymentSpec spec) {
    Matcher.Match match =
        surroundings
            .parts()
            .endpoints()
            .obstacle(spec)
            .or(() -> networkObstacle(spec))
            .<Matcher.Match>map(Matcher.Match.Obstructed::new)
            .orElseGet(() ->
                surroundings.parts().matcher().match(Matcher.Request.of(spec), keeper.free()));
    return surroundings.plans().of(spec, match);
  }

  private Optional<DeploymentPlan.Obstacle> networkObstacle(DeploymentSpec spec) {
    if (!spec.privateNetwork()) {
      return Optional.empty();
    }
    Optional<String> reason =
        surroundings
            .parts()
            .networks()
            .map(PrivateNetworks::unavailable)
            .orElse(Optional.of("this hub makes none"));
    return reason.map(why ->
        new DeploymentPlan.Obstacle(
            DeploymentPlan.Constraint.PRIVATE_NETWORK,
            Optional.empty(),
            "a private network is asked for, and there are none now: " + why));
  }

  // ---- deployments

  /**
   * Begins a deployment.
   *
   * @throws ZansocException NOT_ENOUGH_HOSTS where it cannot be met now, naming what is missing;
   *     ALREADY_EXISTS where the name is taken; CONFLICT where a port that it asks for is;
   *     PRECONDITION_FAILED where no mandate pays for it
   */
  public DeploymentView create(String tenant, DeploymentRequest request) {
    DeploymentSpec spec = request.spec();
    Optional<Digest> there = store.named(tenant, spec.name());
    if (there.isPresent() && isSame(tenant, there.get(), request)) {
      return view(there.get());
    }
    if (there.isPresent()) {
      throw new ZansocException(
          ErrorCode.ALREADY_EXISTS,
          "there is a deployment '%s' already: choose another name, or remove it first"
              .formatted(spec.name()));
    }
    plan(spec)
        .obstacle()
        .ifPresent(obstacle -> {
          throw new ZansocException(ErrorCode.NOT_ENOUGH_HOSTS, obstacle.message());
        });
    Digest id = id(tenant, request);
    Instant now = now();
    Deployment deployment =
        new Deployment(
            id,
            tenant,
            spec,
            Deployment.State.ACTIVE,
            payer(request).map(DeploymentRequest.Payer::account),
            now,
            spec.duration().map(now::plus),
            0,
            "",
            Instant.EPOCH);
    Book book =
        new Book(deployment, List.of(), List.of(), List.of(), List.of(), 0)
            .event(now, "", "asked for");
    keep(book);
    keeper.wake(id);
    return view(id);
  }

  /** With what it is reached by, or not at all. */
  private void keep(Book book) {
    Endpoints endpoints = surroundings.parts().endpoints();
    endpoints.reserve(book.deployment());
    try {
      store.add(book);
    } catch (RuntimeException e) {
      endpoints.release(book.deployment().id());
      throw e;
    }
  }

  /** Whether a request is one that was made before, whose answer was lost. */
  private static boolean isSame(String tenant, Digest id, DeploymentRequest request) {
    return request
        .payer()
        .map(payer -> DeploymentRequest.mandate(tenant, request.spec().name(), payer.nonce()))
        .filter(id::equals)
        .isPresent();
  }

  private Optional<DeploymentRequest.Payer> payer(DeploymentRequest request) {
    return surroundings.parts().payments().isPresent() ? request.payer() : Optional.empty();
  }

  private Digest id(String tenant, DeploymentRequest request) {
    Optional<LeasePayments> payments = surroundings.parts().payments();
    if (payments.isEmpty()) {
      byte[] drawn = new byte[Digest.BYTES];
      surroundings.random().nextBytes(drawn);
      return Digest.of(drawn);
    }
    DeploymentRequest.Payer payer =
        request
            .payer()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.INVALID_ARGUMENT,
                    "this hub has a ledger: name the account that pays (zansoc deploy does)"));
    Digest mandate = DeploymentRequest.mandate(tenant, request.spec().name(), payer.nonce());
    if (payments.get().mandate(payer.account(), mandate).isEmpty()) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "account %s has given this hub no mandate %s: zansoc deploy gives it first"
              .formatted(payer.account(), mandate));
    }
    return mandate;
  }

  /** The tenant's deployments, by name. */
  public List<DeploymentView> list(String tenant) {
    List<DeploymentView> list = new ArrayList<>();
    for (Digest id : store.deployments(tenant)) {
      store
          .book(id)
          .ifPresent(book ->
              list.add(
                  views.deployment(book, store.leases(id), Optional.empty(), List.of(), now())));
    }
    return list;
  }

  /** One deployment, with its events and what its mandate still allows. */
  public DeploymentView view(String tenant, String name) {
    return view(named(tenant, name));
  }

  /** What a deployment has cost, also after it was removed. */
  public DeploymentBill bill(String tenant, String name) {
    Digest id =
        store
            .named(tenant, name)
            .or(() -> store.removed(tenant, name))
            .orElseGet(() -> named(tenant, name));
    List<UsageReceipt.Signed> receipts = store.receipts(id);
    return Bills.of(
        book(id),
        store.leases(id),
        store.compensations(id),
        receipts,
        new Bills.Keys(surroundings.parts().usage().publicKey(), hosts(receipts)),
        now());
  }

  private List<DeploymentBill.Host> hosts(List<UsageReceipt.Signed> receipts) {
    DeploymentKeeper.Parts parts = surroundings.parts();
    return receipts.stream()
        .map(signed -> signed.receipt().host())
        .distinct()
        .flatMap(host ->
            parts
                .usage()
                .hostKey(host)
                .map(key -> new DeploymentBill.Host(host, parts.watch().name(host), key))
                .stream())
        .toList();
  }

  private DeploymentView view(Digest id) {
    Book book = book(id);
    return views.deployment(book, store.leases(id), mandate(book), store.events(id), now());
  }

  /** Nothing, where the chain is away: a view does not wait for it. */
  private static Optional<LeasePayments.Mandate> mandate(
      LeasePayments payments, String account, Digest id) {
    try {
      return payments.mandate(account, id);
    } catch (ZansocException e) {
      return Optional.empty();
    }
  }

  /** What a tenant should know whatever it asks for, as of the last {@link #look}. */
  public List<String> warnings(String tenant) {
    Instant now = now();
    return warnings.getOrDefault(tenant, List.of()).stream()
        .filter(warning -> warning.ends().filter(end -> !end.isAfter(now)).isEmpty())
        .map(Warning::text)
        .toList();
  }

  /** Looks what tenants should know; to be called about once a minute. */
  public void look() {
    Map<String, List<Warning>> found = new HashMap<>();
    for (Digest id : store.deployments()) {
      store
          .book(id)
          .ifPresent(book ->
              Warnings.of(book, mandate(book), surroundings.parts().watch(), now())
                  .forEach(text ->
                      found
                          .computeIfAbsent(book.deployment().tenant(), tenant -> new ArrayList<>())
                          .add(new Warning(id, book.deployment().ends(), text))));
    }
    tell(found);
  }

  /** Without those of deployments that were removed during the look. */
  private synchronized void tell(Map<String, List<Warning>> found) {
    found.values().forEach(list -> list.removeIf(warning -> !isActive(warning.deployment())));
    warnings = Map.copyOf(found);
  }

  private boolean isActive(Digest id) {
    return store
        .book(id)
        .filter(book -> book.deployment().state() == Deployment.State.ACTIVE)
        .isPresent();
  }

  private synchronized void forgetWarnings(Digest deployment) {
    Map<String, List<Warning>> left = new HashMap<>();
    warnings.forEach((tenant, list) ->
        left.put(
            tenant,
            list.stream().filter(warning -> !warning.deployment().equals(deployment)).toList()));
    warnings = Map.copyOf(left);
  }

  private Optional<LeasePayments.Mandate> mandate(Book book) {
    Deployment deployment = book.deployment();
    return surroundings
        .parts()
        .payments()
        .flatMap(payments ->
            deployment.account().flatMap(account -> mandate(payments, account, deployment.id())));
  }

  /** Removes a deployment with all its instances; volumes stay. */
  public void remove(String tenant, String name) {
    Digest id = named(tenant, name);
    change(
        id,
        book ->
            book.with(book.deployment().in(Deployment.State.REMOVING))
                .event(now(), "", "its owner removes it"));
    forgetWarnings(id);
  }

  /** Gives a service another number of replicas. */
  public DeploymentView scale(String tenant, String name, ScaleRequest request) {
    Digest id = named(tenant, name);
    change(id, book -> scaled(book, request));
    return view(id);
  }

  private Book scaled(Book book, ScaleRequest request) {
    DeploymentSpec spec = book.deployment().spec();
    if (spec.services().stream().noneMatch(its -> its.name().equals(request.service()))) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "deployment '%s' has no service '%s'; it has %s"
              .formatted(
                  spec.name(),
                  request.service(),
                  spec.services().stream()
                      .map(ServiceSpec::name)
                      .collect(Collectors.joining(", "))));
    }
    List<ServiceSpec> services =
        spec.services().stream()
            .map(its ->
                its.name().equals(request.service()) ? its.withReplicas(request.replicas()) : its)
            .toList();
    DeploymentSpec scaled =
        new DeploymentSpec(
            spec.name(), services, spec.privateNetwork(), spec.mostPerHour(), spec.duration());
    return book.with(book.deployment().with(scaled))
        .event(
            now(),
            "",
            "%s is to have %d replicas".formatted(request.service(), request.replicas()));
  }

  // ---- instances

  /** The tenant's instances, by deployment and name. */
  public List<InstanceView> instances(String tenant) {
    return views.all(books(tenant));
  }

  /** One instance; see {@link #find} for names. */
  public InstanceView instance(String tenant, String name) {
    Named found = instanceNamed(tenant, name);
    return view(found.book(), found.instance()).orElseThrow();
  }

  /** Stops, starts, restarts or removes an instance. */
  public InstanceView want(String tenant, String name, Instance.Wanted wanted) {
    return changeInstance(
        tenant, name, instance -> instance.with(wanted), "is to be " + text(wanted));
  }

  /** Gives an instance another size; its disk and GPUs stay. */
  public InstanceView resize(String tenant, String name, InstanceSize size) {
    requireRoom(instanceNamed(tenant, name), size);
    return changeInstance(
        tenant,
        name,
        instance -> {
          if (size.gpus() != instance.size().gpus()
              || !size.disk().equals(instance.size().disk())) {
            throw new ZansocException(
                ErrorCode.UNSUPPORTED,
                "the disk and the GPUs of an instance stay as they are: deploy another one");
          }
          return instance.with(size);
        },
        "gets another size");
  }

  /** Where no host can have it, the instance would be asked for it in vain. */
  private void requireRoom(Named named, InstanceSize size) {
    Instance instance = named.instance();
    Optional<PeerId> place =
        named.book().leases(instance.id()).stream()
            .filter(Lease::isActive)
            .map(Lease::host)
            .findFirst();
    List<ComputeHost> hosts =
        keeper.free().stream()
            .map(host ->
                place.filter(host.id()::equals).isPresent()
                    ? host.withFree(host.free().plus(Placing.capacity(instance)))
                    : host)
            .toList();
    Matcher.Wanted wanted =
        new Matcher.Wanted(instance.name(), instance.service(), size, Set.of(), Set.of());
    Matcher.Request request =
        new Matcher.Request(named.book().deployment().spec(), List.of(wanted), List.of());
    if (surroundings.parts().matcher().match(request, hosts)
        instanceof Matcher.Match.Obstructed(var obstacle)) {
      throw new ZansocException(
          ErrorCode.NOT_ENOUGH_HOSTS,
          "%s; %s keeps its size".formatted(obstacle.message(), instance.name()));
    }
  }

  private InstanceView changeInstance(
      String tenant, String name, UnaryOperator<Instance> step, String event) {
    Named found = instanceNamed(tenant, name);
    change(
        found.book().deployment().id(),
        book ->
            book.instance(found.instance().id())
                .map(current -> book.with(step.apply(current)).event(now(), current.name(), event))
                .orElse(book));
    // One that was removed may be gone by now: it is shown as it was.
    return view(book(found.book().deployment().id()), found.instance())
        .or(() -> view(found.book(), found.instance()))
        .orElseThrow();
  }

  private Optional<InstanceView> view(Book book, Instance instance) {
    return views.instances(book).stream()
        .filter(view -> view.id().equals(instance.id()))
        .findFirst();
  }

  private static String text(Instance.Wanted wanted) {
    return switch (wanted) {
      case RUNNING -> "started";
      case RESTARTED -> "restarted";
      case STOPPED -> "stopped";
      case REMOVED -> "removed";
    };
  }

  @Override
  public Place find(String tenant, String name) {
    InstanceView view = instance(tenant, name);
    if (view.state() != InstanceView.State.RUNNING) {
      throw misplaced(view, "not running");
    }
    return place(view).orElseThrow(() -> misplaced(view, "not running"));
  }

  /**
   * The host that has an instance, running or not: its logs and files can be had of both.
   *
   * @throws ZansocException as {@link #find}; CONFLICT only where no host has it
   */
  public Place locate(String tenant, String name) {
    InstanceView view = instance(tenant, name);
    return place(view).orElseThrow(() -> misplaced(view, "on no host"));
  }

  private static Optional<Place> place(InstanceView view) {
    return view.place()
        .map(its -> new Place(its.host(), view.id(), view.name(), view.deployment()));
  }

  private static ZansocException misplaced(InstanceView view, String how) {
    return new ZansocException(
        ErrorCode.CONFLICT,
        "instance %s.%s is %s, %s%s"
            .formatted(
                view.name(),
                view.deployment(),
                view.state().name().toLowerCase(Locale.ROOT),
                how,
                view.reason().isEmpty() ? "" : ": " + view.reason()));
  }

  private record Named(Book book, Instance instance) {}

  private Named instanceNamed(String tenant, String name) {
    int dot = name.indexOf('.');
    String instance = dot < 0 ? name : name.substring(0, dot);
    List<Named> all = new ArrayList<>();
    for (Book book : books(tenant)) {
      if (dot < 0 || book.deployment().name().equals(name.substring(dot + 1))) {
        book.instances().stream()
            .filter(its -> its.wanted() != Instance.Wanted.REMOVED)
            .forEach(its -> all.add(new Named(book, its)));
      }
    }
    List<Named> found = all.stream().filter(its -> its.instance().name().equals(instance)).toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    String names =
        (found.isEmpty() ? all : found)
            .stream()
                .map(its -> its.instance().name() + "." + its.book().deployment().name())
                .sorted()
                .limit(20)
                .collect(Collectors.joining(", "));
    throw found.isEmpty()
        ? new ZansocException(
            ErrorCode.NOT_FOUND,
            "there is no instance '%s'%s"
                .formatted(name, names.isEmpty() ? "" : "; there are " + names))
        : new ZansocException(
            ErrorCode.CONFLICT, "several instances have this name: say which of " + names);
  }

  private List<Book> books(String tenant) {
    return store.deployments(tenant).stream().flatMap(id -> store.book(id).stream()).toList();
  }

  private void change(Digest id, UnaryOperator<Book> step) {
    keeper.change(id, step);
    keeper.wake(id);
  }

  private Book book(Digest id) {
    return store
        .book(id)
        .orElseThrow(
            () -> new ZansocException(ErrorCode.NOT_FOUND, "the deployment has just been removed"));
  }

  private Digest named(String tenant, String name) {
    return store
        .named(tenant, name)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.NOT_FOUND,
                "there is no deployment '%s': list them with zansoc deployment ls"
                    .formatted(name)));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
