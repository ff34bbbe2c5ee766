package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.Orders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks hosts for offers and gives them orders, all of a deployment at once. */
final class LeaseOrders {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseOrders.class);

  /** A host keeps an order durably before it answers; that is all it does. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final DeploymentKeeper.Parts parts;
  private final Places places;
  private final Executor executor;

  LeaseOrders(DeploymentKeeper.Parts parts, Executor executor) {
    this.parts = parts;
    this.places = new Places(parts.networks());
    this.executor = executor;
  }

  /** What a host answered about one lease. */
  sealed interface Answer {
    /** Which lease. */
    Lease lease();

    /** It offers what it was asked for. */
    record Offered(Lease lease, HostOffer offer) implements Answer {}

    /** It has the order. */
    record Acknowledged(Lease lease, InstanceStatus status) implements Answer {}

    /** It does not do it, or does it wrongly. */
    record Refused(Lease lease, LeaseSteps.Setback setback) implements Answer {}

    /** It has a newer order already. */
    record Newer(Lease lease) implements Answer {}

    /** It has signed what the instance used, and so has the hub. */
    record Metered(Lease lease, UsageReceipt.Signed receipt) implements Answer {}

    /** It gives no receipt. */
    record Unmetered(Lease lease) implements Answer {}

    /** The hub does not sign what it has signed. */
    record Disputed(Lease lease, String reason) implements Answer {}

    /** It has a receipt back, with both signatures. */
    record Receipted(Lease lease) implements Answer {}
  }

  /** Whether a host is owed a question or an order about this lease. */
  boolean isOwed(Lease lease) {
    return parts.watch().condition(lease.host()).isHeard()
        && switch (lease.state()) {
          case PLANNED -> parts.payments().isPresent();
          case OFFERED, FUNDING, ENDED -> false;
          case ORDERED, RUNNING, STOPPED, ENDING ->
              isOrderOwed(lease)
                  || lease
                      .observed()
                      .usage()
                      .filter(usage -> usage.isAwaited() || usage.isUndelivered())
                      .isPresent();
        };
  }

  private static boolean isOrderOwed(Lease lease) {
    return lease.ordered().revision() > 0 && !lease.ordered().isAnswered();
  }

  /** Does what is owed, and gives the answers that came. Those that did not come are owed again. */
  List<Answer> send(Book book) {
    List<CompletableFuture<Optional<Answer>>> asked = new ArrayList<>();
    for (Lease lease : book.leases()) {
      Optional<Instance> instance = book.instance(lease.instance());
      if (instance.isPresent() && isOwed(lease)) {
        asked.add(
            CompletableFuture.supplyAsync(
                () -> send(book.deployment(), instance.get(), lease), executor));
      }
    }
    return asked.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
  }

  private Optional<Answer> send(Deployment deployment, Instance instance, Lease lease) {
    if (lease.state() != Lease.State.PLANNED && !isOrderOwed(lease)) {
      return receipt(lease, lease.observed().usage().orElseThrow());
    }
    try {
      return Optional.of(
          lease.state() == Lease.State.PLANNED
              ? offer(deployment, instance, lease)
              : order(deployment, instance, lease));
    } catch (ZansocException e) {
      LOG.info("host {} and lease {}: {}", lease.host().shortText(), lease.key(), e.getMessage());
      if (e.code().retryable() || e.code() == ErrorCode.INTERNAL) {
        return Optional.empty();
      }
      if (e.code() == ErrorCode.CONFLICT) {
        return Optional.of(new Answer.Newer(lease));
      }
      int reason =
          lease.state() == Lease.State.PLANNED
              ? CloseReasons.NO_LONGER_NEEDED
              : CloseReasons.BROKEN_TERMS;
      return Optional.of(
          new Answer.Refused(
              lease, new LeaseSteps.Setback(reason, "refuses it: " + e.getMessage())));
    }
  }

  private Answer offer(Deployment deployment, Instance instance, Lease lease) {
    OfferCheck check = parts.offers().orElseThrow();
    OfferRequest request =
        new OfferRequest(
            spec(deployment, instance, lease),
            deployment.account().orElseThrow(),
            check.ledger(),
            lease.terms().expiry(),
            lease.terms().nonce());
    HostOffer offer = Json.read(ask(lease, Orders.OFFER, Json.write(request)), HostOffer.class);
    Optional<String> account =
        parts.watch().host(lease.host()).flatMap(host -> host.offer().account());
    Optional<String> objection =
        account.isEmpty()
            ? Optional.of("it names no account to be paid to")
            : check.objection(offer, request, account.get(), lease.terms().perHour());
    return objection
        .<Answer>map(what ->
            new Answer.Refused(
                lease,
                new LeaseSteps.Setback(
                    CloseReasons.BROKEN_TERMS, "made an offer that is not taken: " + what)))
        .orElseGet(() -> new Answer.Offered(lease, offer));
  }

  private Answer order(Deployment deployment, Instance instance, Lease lease) {
    Lease.Ordered ordered = lease.ordered();
    InstanceOrder order =
        new InstanceOrder(
            spec(deployment, instance, lease),
            lease.generation(),
            ordered.revision(),
            ordered.wanted(),
            ordered.paidUntil(),
            ordered.keepUntil(),
            ordered.wanted() == InstanceOrder.Wanted.REMOVED
                ? Optional.empty()
                : places.find(deployment, instance, lease.generation()));
    return new Answer.Acknowledged(
        lease, Json.read(ask(lease, Orders.INSTANCE, Json.write(order)), InstanceStatus.class));
  }

  private Optional<Answer> receipt(Lease lease, Lease.Usage usage) {
    try {
      if (usage.isUndelivered()) {
        UsageReceipts.newest(usage)
            .ifPresent(receipt -> ask(lease, Orders.USAGE_RECEIPT, receipt.encode()));
        return Optional.of(new Answer.Receipted(lease));
      }
      byte[] answer = ask(lease, Orders.USAGE, Json.write(UsageReceipts.request(lease, usage)));
      return Optional.of(
          switch (UsageReceipts.check(parts.usage(), lease, usage, answer)) {
            case UsageReceipts.Verdict.Signed(UsageReceipt.Signed receipt) ->
                new Answer.Metered(lease, receipt);
            case UsageReceipts.Verdict.Disputed(String reason) ->
                new Answer.Disputed(lease, reason);
          });
    } catch (ZansocException e) {
      LOG.info(
          "host {} and the receipt of {}: {}",
          lease.host().shortText(),
          lease.key(),
          e.getMessage());
      return e.code().retryable() ? Optional.empty() : Optional.of(new Answer.Unmetered(lease));
    }
  }

  private byte[] ask(Lease lease, String name, byte[] body) {
    return parts.orders().order(lease.host(), name, body, TIMEOUT);
  }

  private static InstanceSpec spec(Deployment deployment, Instance instance, Lease lease) {
    ServiceSpec service = deployment.service(instance.service());
    Map<String, String> environment = new HashMap<>(service.environment());
    environment.putAll(service.secrets());
    return new InstanceSpec(
        instance.id(),
        instance.name(),
        deployment.name(),
        deployment.tenant(),
        service.image(),
        service.command(),
        environment,
        lease.terms().size(),
        instance.volumes(),
        service.ports(),
        service.restart(),
        service.health());
  }

  /** A book with an answer entered, unless the lease has changed so that it says nothing more. */
  static Book enter(Book book, Answer answer, Reconciler reconciler, Instant now) {
    Lease asked = answer.lease();
    Optional<Lease> current = book.lease(asked.instance(), asked.number());
    if (current.isEmpty() || current.get().state() == Lease.State.ENDED) {
      return book;
    }
    Lease lease = current.get();
    return switch (answer) {
      case Answer.Offered(Lease _, HostOffer offer) ->
          lease.state() == Lease.State.PLANNED
              ? book.with(lease.with(offer).in(Lease.State.OFFERED, now))
              : book;
      case Answer.Acknowledged(Lease _, InstanceStatus status) ->
          lease.ordered().revision() == 0
              ? book
              : book.with(
                  lease
                      .with(lease.observed().with(status))
                      .acknowledged(asked.ordered().revision(), now));
      case Answer.Refused(Lease _, LeaseSteps.Setback setback) ->
          lease.isActive()
              ? reconciler.fail(book, lease, setback, now)
              : refusedRemoval(book, lease, now);
      case Answer.Newer _ ->
          lease.ordered().revision() == asked.ordered().revision()
              ? book.with(lease.above(asked.ordered().revision(), now))
              : book;
      case Answer.Metered(Lease _, UsageReceipt.Signed receipt) ->
          awaited(asked, lease)
              .map(usage ->
                  book.with(
                      lease.with(
                          usage.signed(
                              receipt.receipt().period().number(),
                              Base64.getEncoder().encodeToString(receipt.encode())))))
              .orElse(book);
      case Answer.Unmetered _ ->
          awaited(asked, lease)
              .map(usage -> book.with(lease.with(usage.withoutOne())))
              .orElse(book);
      case Answer.Disputed(Lease _, String reason) ->
          awaited(asked, lease)
              .map(usage -> disputed(book, lease.with(usage.withoutOne()), reason, reconciler, now))
              .orElse(book);
      case Answer.Receipted _ ->
          lease
              .observed()
              .usage()
              .filter(usage -> usage.over() == asked.observed().usage().orElseThrow().over())
              .map(usage -> book.with(lease.with(usage.delivered(usage.over()))))
              .orElse(book);
    };
  }

  /** The receipts of a lease, where the one that was asked for is still awaited. */
  private static Optional<Lease.Usage> awaited(Lease asked, Lease lease) {
    long number = asked.observed().usage().orElseThrow().asked();
    return lease.observed().usage().filter(usage -> usage.isAwaited() && usage.asked() == number);
  }

  private static Book disputed(
      Book book, Lease lease, String reason, Reconciler reconciler, Instant now) {
    Book told = book.with(lease);
    return lease.isActive()
        ? reconciler.fail(
            told, lease, new LeaseSteps.Setback(CloseReasons.BROKEN_TERMS, reason), now)
        : told.verdict(lease.host(), false)
            .event(now, "", "host %s %s".formatted(lease.host().shortText(), reason));
  }

  /** A host that does not know what it shall remove has nothing of it. */
  private static Book refusedRemoval(Book book, Lease lease, Instant now) {
    return book.with(lease.acknowledged(lease.ordered().revision(), now));
  }
}
