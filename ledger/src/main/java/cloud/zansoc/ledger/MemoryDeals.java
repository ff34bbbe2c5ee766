package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The deals of a {@link MemoryLedger}: the contract's arithmetic and order of checks. */
public final class MemoryDeals implements Deals {
  private final TermsScheme scheme;
  private final MemoryCustody custody;
  private final MemoryRegistry registry;
  private final Blocks blocks;
  private final long periodBlocks;

  /** Guarded by the custody's lock. */
  private final Map<DealId, Deal> deals = new HashMap<>();

  /** Deals beside the leases of a ledger and the stake in a registry. */
  public MemoryDeals(
      MemoryLedger ledger,
      MemoryRegistry registry,
      TermsScheme scheme,
      Blocks blocks,
      long periodBlocks) {
    this.custody = ledger.custody();
    this.registry = registry;
    this.scheme = scheme;
    this.blocks = blocks;
    this.periodBlocks = periodBlocks;
  }

  /** What the deals see of a chain. */
  public interface Blocks {
    /** The height of the block under way. */
    long next();

    /** The hash of a block before that. */
    Digest hash(long height);
  }

  @Override
  public TermsScheme scheme() {
    return scheme;
  }

  @Override
  public long currentPeriod() {
    return blocks.next() / periodBlocks;
  }

  @Override
  public Optional<Digest> seed(long period) {
    long first = Math.multiplyExact(period, periodBlocks);
    return first < blocks.next() ? Optional.of(blocks.hash(first)) : Optional.empty();
  }

  @Override
  public Optional<Deal> deal(DealId deal) {
    return custody.locked(() -> Optional.ofNullable(deals.get(deal)));
  }

  @Override
  public Outcome<Deal> open(AccountId caller, SignedTerms signed) {
    return custody.locked(() -> {
      DealTerms terms = signed.terms();
      DealId id = scheme.dealId(terms);
      Amount cost = terms.price().times(terms.periods());
      Optional<Refusal> refusal =
          whyNotTaken(caller, signed, id).or(() -> custody.whyNotDebited(caller, cost));
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get());
      }
      custody.debit(caller, cost);
      long first = currentPeriod() + 1;
      Deal deal =
          new Deal(
              id,
              caller,
              terms.host(),
              terms.root(),
              terms.leaves(),
              terms.samples(),
              terms.price(),
              terms.penalty(),
              first,
              first + terms.periods());
      deals.put(id, deal);
      return new Outcome.Done<>(deal);
    });
  }

  private Optional<Refusal> whyNotTaken(AccountId caller, SignedTerms signed, DealId id) {
    DealTerms terms = signed.terms();
    if (!signed.ledger().equals(custody.id())) {
      return Optional.of(new Refusal.WrongLedger(custody.id(), signed.ledger()));
    }
    if (custody.now().isAfter(terms.expiry())) {
      return Optional.of(new Refusal.TermsExpired(terms.expiry()));
    }
    if (terms.client().filter(client -> !client.equals(caller)).isPresent()) {
      return Optional.of(new Refusal.NotOffered(caller, terms.client().get()));
    }
    Optional<AccountId> signer = scheme.signer(terms, signed.signature());
    if (!signer.equals(Optional.of(terms.host()))) {
      return Optional.of(new Refusal.WrongSigner(signer, terms.host()));
    }
    if (deals.containsKey(id)) {
      return Optional.of(new Refusal.TermsUsed(id));
    }
    Amount stake = registry.host(terms.host()).stake();
    if (stake.compareTo(terms.penalty()) < 0) {
      return Optional.of(new Refusal.InsufficientStake(stake, terms.penalty()));
    }
    return terms.canBeProven() ? Optional.empty() : Optional.of(new Refusal.InvalidTerms());
  }

  @Override
  public Outcome<Payment> prove(AccountId caller, DealId id, PossessionProof proof) {
    return whereRunning(
        id,
        deal -> {
          long current = currentPeriod();
          if (deal.next() > current) {
            return Outcome.refused(new Refusal.NotDue(deal.next(), current));
          }
          if (deal.next() < current) {
            return Outcome.refused(new Refusal.FaultPending(deal.next(), current));
          }
          Optional<Refusal> refusal =
              seed(current)
                  .map(seed -> whyNotProven(deal, seed, proof))
                  .orElseGet(() -> Optional.of(new Refusal.SeedUnknown(current)));
          if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
          }
          deals.put(id, deal.upTo(deal.next() + 1, deal.end()));
          return new Outcome.Done<>(custody.pay(deal.host(), deal.price()));
        });
  }

  private Optional<Refusal> whyNotProven(Deal deal, Digest seed, PossessionProof proof) {
    int depth = PossessionTree.depth(deal.leaves());
    int leaves = proof.leaves().size();
    if (leaves != deal.samples() || proof.path().size() != leaves * depth) {
      return Optional.of(new Refusal.WrongProofLength(leaves, proof.path().size()));
    }
    List<Long> indices = challenges(deal, seed);
    for (int i = 0; i < leaves; i++) {
      List<Digest> siblings = proof.path().subList(i * depth, (i + 1) * depth);
      Digest root = PossessionTree.climb(proof.leaves().get(i), indices.get(i), siblings);
      if (!root.equals(deal.root())) {
        return Optional.of(new Refusal.WrongProof(i));
      }
    }
    return Optional.empty();
  }

  @Override
  public Outcome<Fault> fault(AccountId caller, DealId id, long most) {
    long limit = Deals.checkedLimit(most);
    return whereRunning(
        id,
        deal -> {
          long periods = Math.min(limit, deal.overdue(currentPeriod()));
          if (periods == 0) {
            return Outcome.refused(new Refusal.NotDue(deal.next(), currentPeriod()));
          }
          Amount refund = deal.price().times(periods);
          custody.credit(deal.client(), refund);
          MemoryRegistry.Slashing slashing =
              registry.slash(deal.host(), deal.penalty().times(periods), deal.client(), caller);
          deals.put(id, deal.upTo(deal.next() + periods, deal.end()));
          return new Outcome.Done<>(
              new Fault(deal.next(), periods, refund, slashing.slashed(), slashing.bounty()));
        });
  }

  @Override
  public Outcome<Amount> end(AccountId caller, DealId id) {
    return whereRunning(
        id,
        deal -> {
          if (!caller.equals(deal.client()) && !caller.equals(deal.host())) {
            return Outcome.refused(new Refusal.NotParty(caller));
          }
          long newEnd = Math.max(deal.next(), currentPeriod() + 1);
          if (newEnd >= deal.end()) {
            return Outcome.refused(new Refusal.DealOver(id));
          }
          Amount refund = deal.price().times(deal.end() - newEnd);
          deals.put(id, deal.upTo(deal.next(), newEnd));
          custody.credit(deal.client(), refund);
          return new Outcome.Done<>(refund);
        });
  }

  private <T> Outcome<T> whereRunning(DealId id, DealOperation<T> operation) {
    return custody.locked(() -> {
      Deal deal = deals.get(id);
      return deal == null || deal.isOver()
          ? Outcome.refused(new Refusal.DealOver(id))
          : operation.applyTo(deal);
    });
  }

  /** What is done with a deal that has periods left. */
  private interface DealOperation<T> {
    Outcome<T> applyTo(Deal deal);
  }
}
