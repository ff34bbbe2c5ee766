package cloud.zansoc.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.hub.LeasePayments;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.evm.EvmLedger;
import cloud.zansoc.ledger.evm.EvmMandates;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.ledger.evm.LedgerHistory;
import cloud.zansoc.ledger.outbox.Operation;
import cloud.zansoc.ledger.outbox.Outbox;
import cloud.zansoc.ledger.outbox.OutboxEntry;
import cloud.zansoc.ledger.outbox.Request;
import cloud.zansoc.ledger.outbox.Submission;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Leases paid from the mandates that clients give the hub's account, through the hub's outbox.
 * Asking for something asks no node, so that it works while the chain is away. Thread-safe.
 *
 * <p>Something is done once it is in a block: a block that the chain gives up makes it wait again,
 * and the outbox sends it again.
 */
final class LedgerLeases implements LeasePayments {
  private final LedgerNode node;
  private final Outbox outbox;

  LedgerLeases(LedgerNode node, Outbox outbox) {
    this.node = node;
    this.outbox = outbox;
  }

  @Override
  public void open(
      String key, String client, Digest deployment, List<HostOffer> offers, Duration paid) {
    submit(
        key,
        () -> {
          List<SignedOffer> signed = offers.stream().map(LedgerOffers::parse).toList();
          return new Operation.OpenFor(new AccountId(client), deployment, signed, paid);
        });
  }

  @Override
  public void topUp(String key, Digest lease, Duration paid) {
    submit(key, () -> new Operation.TopUpFor(LeaseId.of(lease), paid));
  }

  @Override
  public void close(String key, Digest lease, int reason) {
    submit(key, () -> new Operation.Close(LeaseId.of(lease), CloseReason.of(reason)));
  }

  @Override
  public void settle(Map<String, Digest> leases) {
    List<Request> requests = new ArrayList<>();
    leases.forEach(
        (key, lease) -> requests.add(request(key, () -> new Operation.Settle(LeaseId.of(lease)))));
    submit(requests);
  }

  @Override
  public void compensate(String key, String client, String units) {
    submit(
        key,
        () -> new Operation.Withdraw(new AccountId(client), new Amount(new BigInteger(units))));
  }

  private void submit(String key, Supplier<Operation> operation) {
    submit(List.of(request(key, operation)));
  }

  private static Request request(String key, Supplier<Operation> operation) {
    try {
      return new Request(key, operation.get());
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "'%s' cannot be asked for: %s".formatted(key, e.getMessage()),
          e);
    }
  }

  private void submit(List<Request> requests) {
    if (outbox.submit(requests) instanceof Submission.Full(int waiting, int _)) {
      throw new ZansocException(
          ErrorCode.RATE_LIMITED,
          "%d payments wait for the ledger's chain: '%s' must be asked for again"
              .formatted(waiting, requests.getFirst().key()));
    }
  }

  @Override
  public Progress progress(String key) {
    return outbox.entry(key).map(LedgerLeases::progress).orElseGet(Progress.Unknown::new);
  }

  private static Progress progress(OutboxEntry entry) {
    String reason = entry.reason().orElse("");
    return switch (entry.state()) {
      case QUEUED, SENT -> new Progress.Waiting();
      // One that did nothing in its block may yet do so in another.
      case MINED -> entry.reason().isEmpty() ? new Progress.Done() : new Progress.Waiting();
      case CONFIRMED -> new Progress.Done();
      case REFUSED, FAILED -> new Progress.Refused(reason);
    };
  }

  @Override
  public Optional<OpenLease> lease(Digest lease) {
    return new EvmLedger(node.chain(), node.contracts(), new Keyring())
        .lease(LeaseId.of(lease))
        .map(open -> new OpenLease(lease, open.paidUntil(), open.rate().units().toString()));
  }

  @Override
  public Optional<Charge> charge(Digest lease) {
    return new LedgerHistory(node.chain(), node.contracts())
        .charge(LeaseId.of(lease))
        .map(charge ->
            new Charge(
                charge.start(),
                Duration.between(charge.start(), charge.until()).toSeconds(),
                charge.paid().gross().units().toString()));
  }

  @Override
  public Optional<Mandate> mandate(String client, Digest deployment) {
    AccountId payer = new AccountId(client);
    Amount balance = new EvmLedger(node.chain(), node.contracts(), new Keyring()).balance(payer);
    return new EvmMandates(node.chain(), node.contracts(), new Keyring())
        .mandate(new MandateName(payer, node.agent(), deployment))
        .filter(mandate -> !mandate.isRevoked())
        .map(mandate ->
            new Mandate(
                least(mandate.left(), balance).units().toString(),
                mandate.terms().mostRate().units().toString(),
                mandate.terms().expiry()));
  }

  private static Amount least(Amount one, Amount other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
