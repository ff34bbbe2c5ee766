package cloud.zansoc.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The escrow's arithmetic and refusals, in the order in which the contract checks them, without a
 * chain: the oracle that the contracts are compared with, and a ledger for tests of others.
 *
 * <p>Keeps everything in memory, without limit; nothing is durable.
 */
public final class MemoryLedger implements Ledger {
  private final OfferScheme offers;
  private final MemoryCustody custody;
  private final Map<LeaseId, Lease> leases = new HashMap<>();
  private final Set<LeaseId> usedOffers = new HashSet<>();
  private final MemoryMandates mandates;

  public MemoryLedger(OfferScheme offers, AccountId treasury, InstantSource clock) {
    this.offers = offers;
    this.custody = new MemoryCustody(offers.ledger(), treasury, clock);
    this.mandates = new MemoryMandates(this);
  }

  /** The mandates from which agents open leases here. */
  public Mandates mandates() {
    return mandates;
  }

  /** What the other parts of the model share with this one. */
  MemoryCustody custody() {
    return custody;
  }

  /** Gives an account coins from nowhere. */
  public void mint(AccountId account, Amount amount) {
    custody.locked(() -> {
      custody.mint(account, amount);
      return amount;
    });
  }

  @Override
  public LedgerId id() {
    return offers.ledger();
  }

  @Override
  public Instant now() {
    return custody.now();
  }

  @Override
  public AccountId treasury() {
    return custody.treasury();
  }

  @Override
  public Amount balance(AccountId account) {
    return custody.locked(() -> custody.balance(account));
  }

  @Override
  public Amount coins(AccountId account) {
    return custody.locked(() -> custody.coins(account));
  }

  @Override
  public Optional<Lease> lease(LeaseId lease) {
    return custody.locked(() -> Optional.ofNullable(leases.get(lease)));
  }

  @Override
  public Outcome<Amount> deposit(AccountId caller, Amount amount) {
    return custody.locked(() -> {
      Amount owned = custody.coins(caller);
      if (amount.isZero()) {
        return Outcome.refused(new Refusal.ZeroAmount());
      }
      if (owned.compareTo(amount) < 0) {
        return Outcome.refused(new Refusal.InsufficientCoins(caller, owned, amount));
      }
      custody.transfer(caller, id().escrow(), amount);
      custody.credit(caller, amount);
      return new Outcome.Done<>(amount);
    });
  }

  @Override
  public Outcome<Amount> withdraw(AccountId caller, AccountId to, Amount amount) {
    return custody.locked(() -> {
      if (to.equals(id().escrow())) {
        return Outcome.refused(new Refusal.InvalidAccount(to));
      }
      Optional<Refusal> refusal = custody.whyNotDebited(caller, amount);
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get());
      }
      if (to.equals(AccountId.NOBODY)) {
        return Outcome.refused(new Refusal.InvalidAccount(to));
      }
      custody.debit(caller, amount);
      custody.transfer(id().escrow(), to, amount);
      return new Outcome.Done<>(amount);
    });
  }

  @Override
  public Outcome<Lease> open(AccountId caller, SignedOffer signed, Duration paid) {
    return take(caller, signed, paid);
  }

  /** Takes an offer for a client, who pays. */
  Outcome<Lease> take(AccountId client, SignedOffer signed, Duration paid) {
    Offer offer = signed.offer();
    Amount cost = offer.rate().times(Ledger.prepaidSeconds(paid));
    return custody.locked(() -> {
      Instant now = now();
      LeaseId id = offers.leaseId(offer);
      Optional<Refusal> refusal =
          whyNotTaken(client, signed, id, now).or(() -> custody.whyNotDebited(client, cost));
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get());
      }
      custody.debit(client, cost);
      Lease lease = new Lease(id, client, offer.host(), offer.rate(), now, now.plus(paid));
      leases.put(id, lease);
      usedOffers.add(id);
      return new Outcome.Done<>(lease);
    });
  }

  /** Undoes {@link #take} within the same operation. */
  void giveUp(Lease lease, Amount cost) {
    leases.remove(lease.id());
    usedOffers.remove(lease.id());
    custody.credit(lease.client(), cost);
  }

  @Override
  public Outcome<LeaseId> cancelOffer(AccountId caller, Offer offer) {
    return custody.locked(() -> {
      if (!caller.equals(offer.host())) {
        return Outcome.refused(new Refusal.NotParty(caller));
      }
      LeaseId id = offers.leaseId(offer);
      return usedOffers.add(id)
          ? new Outcome.Done<>(id)
          : Outcome.refused(new Refusal.OfferUsed(id));
    });
  }

  @Override
  public Outcome<Instant> topUp(AccountId caller, LeaseId id, Duration paid) {
    long seconds = Ledger.prepaidSeconds(paid);
    return whereOpen(
        id,
        lease ->
            whyNotExtended(lease, caller, lease.rate().times(seconds))
                .<Outcome<Instant>>map(Outcome::refused)
                .orElseGet(() -> new Outcome.Done<>(extend(lease, caller, paid).paidUntil())));
  }

  Optional<Refusal> whyNotExtended(Lease lease, AccountId payer, Amount cost) {
    return lease.hasLapsed(now())
        ? Optional.of(new Refusal.LeaseLapsed(lease.id(), lease.paidUntil()))
        : custody.whyNotDebited(payer, cost);
  }

  /** Prepays what {@link #whyNotExtended} has found to be payable. */
  Lease extend(Lease lease, AccountId payer, Duration paid) {
    custody.debit(payer, lease.rate().times(paid.toSeconds()));
    Lease extended = lease.extended(paid);
    leases.put(lease.id(), extended);
    return extended;
  }

  @Override
  public Outcome<Payment> settle(AccountId caller, LeaseId id) {
    return whereOpen(id, lease -> new Outcome.Done<>(pay(lease, now())));
  }

  @Override
  public Outcome<Payment> settleMany(AccountId caller, List<LeaseId> ids) {
    Ledger.checkBatch(ids);
    return custody.locked(() -> {
      Instant now = now();
      Payment sum = Payment.NONE;
      for (LeaseId id : ids) {
        Lease lease = leases.get(id);
        sum = lease == null ? sum : sum.plus(pay(lease, now));
      }
      return new Outcome.Done<>(sum);
    });
  }

  @Override
  public Outcome<Amount> close(AccountId caller, LeaseId id, CloseReason reason) {
    return whereOpen(
        id,
        lease -> {
          Instant now = now();
          boolean party =
              caller.equals(lease.client())
                  || caller.equals(lease.host())
                  || mandates.isAgent(id, caller);
          if (!party && !lease.hasLapsed(now)) {
            return Outcome.refused(new Refusal.NotParty(caller));
          }
          pay(lease, now);
          Amount refund = lease.refund(now);
          custody.credit(lease.client(), refund);
          leases.remove(id);
          mandates.closed(lease, refund);
          return new Outcome.Done<>(refund);
        });
  }

  private Optional<Refusal> whyNotTaken(
      AccountId caller, SignedOffer signed, LeaseId id, Instant now) {
    Offer offer = signed.offer();
    if (!signed.ledger().equals(id())) {
      return Optional.of(new Refusal.WrongLedger(id(), signed.ledger()));
    }
    if (now.isAfter(offer.expiry())) {
      return Optional.of(new Refusal.OfferExpired(offer.expiry()));
    }
    if (offer.client().isPresent() && !offer.client().get().equals(caller)) {
      return Optional.of(new Refusal.NotOffered(caller, offer.client().get()));
    }
    if (offer.rate().isZero() || !offer.rate().hasExactCommission()) {
      return Optional.of(new Refusal.InvalidRate(offer.rate()));
    }
    Optional<AccountId> signer = offers.signer(offer, signed.signature());
    if (!signer.equals(Optional.of(offer.host()))) {
      return Optional.of(new Refusal.WrongSigner(signer, offer.host()));
    }
    return usedOffers.contains(id) ? Optional.of(new Refusal.OfferUsed(id)) : Optional.empty();
  }

  private Payment pay(Lease lease, Instant now) {
    Payment payment = custody.pay(lease.host(), lease.due(now));
    leases.put(lease.id(), lease.settled(now));
    return payment;
  }

  <T> Outcome<T> whereOpen(LeaseId id, LeaseOperation<T> operation) {
    return custody.locked(() -> {
      Lease lease = leases.get(id);
      return lease == null
          ? Outcome.refused(new Refusal.LeaseNotOpen(id))
          : operation.applyTo(lease);
    });
  }

  /** What is done with a lease that is open. */
  interface LeaseOperation<T> {
    Outcome<T> applyTo(Lease lease);
  }
}
