package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mandates of a {@link MemoryLedger}: the contract's arithmetic and order of checks. */
final class MemoryMandates implements Mandates {
  private final MemoryLedger ledger;
  private final MemoryCustody custody;

  /** Guarded by the custody's lock, as the next one. */
  private final Map<MandateName, Mandate> mandates = new HashMap<>();

  private final Map<LeaseId, Share> shares = new HashMap<>();

  MemoryMandates(MemoryLedger ledger) {
    this.ledger = ledger;
    this.custody = ledger.custody();
  }

  /** What a lease has to do with a mandate. */
  private record Share(MandateName mandate, Amount prepaid) {}

  @Override
  public Optional<Mandate> mandate(MandateName name) {
    return custody.locked(() -> Optional.ofNullable(mandates.get(name)));
  }

  @Override
  public Outcome<Mandate> grant(
      AccountId caller, AccountId agent, Digest deployment, MandateTerms terms) {
    return custody.locked(() -> {
      if (terms.budget().isZero() || terms.mostRate().isZero()) {
        return Outcome.refused(new Refusal.ZeroAmount());
      }
      if (custody.now().isAfter(terms.expiry())) {
        return Outcome.refused(new Refusal.MandateExpired(terms.expiry()));
      }
      if (agent.equals(AccountId.NOBODY)
          || agent.equals(caller)
          || agent.equals(custody.treasury())) {
        return Outcome.refused(new Refusal.InvalidAgent(agent));
      }
      MandateName name = new MandateName(caller, agent, deployment);
      Mandate before =
          mandates.getOrDefault(name, new Mandate(name, terms, Amount.ZERO, Amount.ZERO));
      return new Outcome.Done<>(kept(new Mandate(name, terms, before.used(), before.rate())));
    });
  }

  @Override
  public Outcome<Mandate> revoke(AccountId caller, AccountId agent, Digest deployment) {
    MandateName name = new MandateName(caller, agent, deployment);
    return whereGranted(
        name,
        mandate ->
            new Outcome.Done<>(
                kept(new Mandate(name, MandateTerms.REVOKED, mandate.used(), mandate.rate()))));
  }

  @Override
  public Outcome<List<Lease>> openFor(
      AccountId caller,
      AccountId client,
      Digest deployment,
      List<SignedOffer> offers,
      Duration paid) {
    Mandates.checkBatch(offers);
    long seconds = Ledger.prepaidSeconds(paid);
    for (SignedOffer offer : offers) {
      if (!offer.ledger().equals(custody.id())) {
        return Outcome.refused(new Refusal.WrongLedger(custody.id(), offer.ledger()));
      }
    }
    return whereGranted(
        new MandateName(client, caller, deployment),
        mandate -> {
          if (custody.now().isAfter(mandate.terms().expiry())) {
            return Outcome.refused(new Refusal.MandateExpired(mandate.terms().expiry()));
          }
          List<Lease> opened = new ArrayList<>();
          for (SignedOffer offer : offers) {
            Outcome<Lease> next = open(mandate.name(), offer, seconds);
            if (next instanceof Outcome.Refused<Lease>(Refusal reason)) {
              opened.forEach(lease -> giveUp(lease, seconds));
              kept(mandate);
              return Outcome.refused(reason);
            }
            opened.add(next.orThrow());
          }
          return new Outcome.Done<>(opened);
        });
  }

  private Outcome<Lease> open(MandateName name, SignedOffer signed, long seconds) {
    Offer offer = signed.offer();
    if (offer.host().equals(name.agent())) {
      return Outcome.refused(new Refusal.InvalidAgent(offer.host()));
    }
    Outcome<Lease> taken = ledger.take(name.client(), signed, Duration.ofSeconds(seconds));
    return taken.then(lease -> {
      Optional<Refusal> refusal = use(lease.id(), name, offer.rate().times(seconds), offer.rate());
      if (refusal.isPresent()) {
        ledger.giveUp(lease, offer.rate().times(seconds));
        return Outcome.refused(refusal.get());
      }
      return new Outcome.Done<>(lease);
    });
  }

  private void giveUp(Lease lease, long seconds) {
    ledger.giveUp(lease, lease.rate().times(seconds));
    shares.remove(lease.id());
  }

  @Override
  public Outcome<Instant> topUpFor(AccountId caller, LeaseId id, Duration paid) {
    long seconds = Ledger.prepaidSeconds(paid);
    return ledger.whereOpen(
        id,
        lease -> {
          if (!isAgent(id, caller)) {
            return Outcome.refused(new Refusal.NotParty(caller));
          }
          Mandate mandate = mandateOf(id);
          if (custody.now().isAfter(mandate.terms().expiry())) {
            return Outcome.refused(new Refusal.MandateExpired(mandate.terms().expiry()));
          }
          Amount cost = lease.rate().times(seconds);
          Optional<Refusal> refusal =
              ledger
                  .whyNotExtended(lease, lease.client(), cost)
                  .or(() -> use(id, mandate.name(), cost, Amount.ZERO));
          return refusal
              .<Outcome<Instant>>map(Outcome::refused)
              .orElseGet(
                  () -> new Outcome.Done<>(ledger.extend(lease, lease.client(), paid).paidUntil()));
        });
  }

  /** Whether an account opened a lease for its client. */
  boolean isAgent(LeaseId lease, AccountId account) {
    Share share = shares.get(lease);
    return share != null && share.mandate().agent().equals(account);
  }

  /** A lease has ended, and its client got the refund. */
  void closed(Lease lease, Amount refund) {
    Share share = shares.remove(lease.id());
    if (share != null) {
      Mandate mandate = granted(share.mandate());
      Amount back = refund.compareTo(share.prepaid()) < 0 ? refund : share.prepaid();
      kept(
          new Mandate(
              mandate.name(),
              mandate.terms(),
              mandate.used().minus(back),
              mandate.rate().minus(lease.rate())));
    }
  }

  /** Counts an amount, or says why it is too much and counts nothing. */
  private Optional<Refusal> use(LeaseId lease, MandateName name, Amount amount, Amount rate) {
    Mandate mandate = granted(name);
    Amount sum = mandate.rate().plus(rate);
    if (sum.compareTo(mandate.terms().mostRate()) > 0) {
      return Optional.of(new Refusal.AboveMostRate(mandate.terms().mostRate(), sum));
    }
    if (mandate.used().plus(amount).compareTo(mandate.terms().budget()) > 0) {
      return Optional.of(new Refusal.AboveBudget(mandate.left(), amount));
    }
    kept(new Mandate(name, mandate.terms(), mandate.used().plus(amount), sum));
    shares.merge(
        lease,
        new Share(name, amount),
        (before, more) -> new Share(name, before.prepaid().plus(more.prepaid())));
    return Optional.empty();
  }

  private Mandate mandateOf(LeaseId lease) {
    Share share = shares.get(lease);
    if (share == null) {
      throw new IllegalStateException(lease + " has no mandate");
    }
    return granted(share.mandate());
  }

  private Mandate granted(MandateName name) {
    Mandate mandate = mandates.get(name);
    if (mandate == null) {
      throw new IllegalStateException(name + " was not granted");
    }
    return mandate;
  }

  private Mandate kept(Mandate mandate) {
    mandates.put(mandate.name(), mandate);
    return mandate;
  }

  private <T> Outcome<T> whereGranted(MandateName name, MandateOperation<T> operation) {
    return custody.locked(() -> {
      Mandate mandate = mandates.get(name);
      return mandate == null
          ? Outcome.refused(new Refusal.NoMandate(name))
          : operation.applyTo(mandate);
    });
  }

  /** What is done with a mandate that was granted. */
  private interface MandateOperation<T> {
    Outcome<T> applyTo(Mandate mandate);
  }
}
