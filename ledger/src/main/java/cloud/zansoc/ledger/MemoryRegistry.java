package cloud.zansoc.ledger;

import cloud.zansoc.base.PeerId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The registry of a {@link MemoryLedger}: the contract's arithmetic and order of checks. */
public final class MemoryRegistry implements Registry {
  private static final int BOUNTY_DIVISOR = 10;
  private static final HostEntry NOTHING =
      new HostEntry(
          Hex.ZERO, new HostDescription(Hex.ZERO, 0), Amount.ZERO, Amount.ZERO, Optional.empty());

  private final MemoryCustody custody;
  private final Function<AccountId, byte[]> bindingMessage;

  /** Both are guarded by the custody's lock. */
  private final Map<AccountId, HostEntry> hosts = new HashMap<>();

  private final Map<AccountId, HostBinding> bindings = new HashMap<>();

  /**
   * A registry beside the leases of a ledger, whose balances it uses.
   *
   * @param bindingMessage what a host's Ed25519 key signs for an account
   */
  public MemoryRegistry(MemoryLedger ledger, Function<AccountId, byte[]> bindingMessage) {
    this.custody = ledger.custody();
    this.bindingMessage = bindingMessage;
  }

  @Override
  public byte[] bindingMessage(AccountId host) {
    return bindingMessage.apply(host);
  }

  @Override
  public HostEntry host(AccountId account) {
    return custody.locked(() -> entry(account));
  }

  @Override
  public Optional<HostBinding> binding(AccountId account) {
    return custody.locked(() -> Optional.ofNullable(bindings.get(account)));
  }

  @Override
  public Outcome<PeerId> register(
      AccountId caller, HostBinding binding, HostDescription description) {
    if (!binding.isOf(bindingMessage(caller))) {
      return Outcome.refused(new Refusal.WrongBinding(caller, binding.id()));
    }
    return custody.locked(() -> {
      HostEntry old = entry(caller);
      bindings.put(caller, binding);
      hosts.put(
          caller,
          new HostEntry(
              binding.id().digest(), description, old.stake(), old.thawing(), old.thawedAt()));
      return new Outcome.Done<>(binding.id());
    });
  }

  @Override
  public Outcome<HostDescription> describe(AccountId caller, HostDescription description) {
    return custody.locked(() -> {
      HostEntry old = entry(caller);
      hosts.put(
          caller,
          new HostEntry(old.claimedId(), description, old.stake(), old.thawing(), old.thawedAt()));
      return new Outcome.Done<>(description);
    });
  }

  @Override
  public Outcome<Amount> stake(AccountId caller, Amount amount) {
    return custody.locked(() -> {
      Optional<Refusal> refusal = custody.whyNotDebited(caller, amount);
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get());
      }
      custody.debit(caller, amount);
      HostEntry old = entry(caller);
      Amount stake = old.stake().plus(amount);
      keep(caller, stake, old.thawing(), old.thawedAt());
      return new Outcome.Done<>(stake);
    });
  }

  @Override
  public Outcome<Instant> thaw(AccountId caller, Amount amount) {
    return custody.locked(() -> {
      HostEntry old = entry(caller);
      if (amount.isZero()) {
        return Outcome.refused(new Refusal.ZeroAmount());
      }
      if (old.stake().compareTo(amount) < 0) {
        return Outcome.refused(new Refusal.InsufficientStake(old.stake(), amount));
      }
      Instant thawedAt = custody.now().plus(THAW_DELAY);
      keep(caller, old.stake().minus(amount), old.thawing().plus(amount), Optional.of(thawedAt));
      return new Outcome.Done<>(thawedAt);
    });
  }

  @Override
  public Outcome<Amount> unstake(AccountId caller) {
    return custody.locked(() -> {
      HostEntry old = entry(caller);
      if (old.thawing().isZero()) {
        return Outcome.refused(new Refusal.NothingThaws());
      }
      Optional<Instant> waits = old.thawedAt().filter(custody.now()::isBefore);
      if (waits.isPresent()) {
        return Outcome.refused(new Refusal.StillThawing(waits.get()));
      }
      keep(caller, old.stake(), Amount.ZERO, Optional.empty());
      custody.credit(caller, old.thawing());
      return new Outcome.Done<>(old.thawing());
    });
  }

  /**
   * Takes up to an amount from a host's stake, then from what thaws; a tenth of it is the caller's,
   * the rest the victim's. Needs the custody's lock.
   */
  Slashing slash(AccountId host, Amount amount, AccountId victim, AccountId caller) {
    HostEntry old = entry(host);
    Amount fromStake = smaller(amount, old.stake());
    Amount fromThawing = smaller(amount.minus(fromStake), old.thawing());
    Amount slashed = fromStake.plus(fromThawing);
    Amount bounty = slashed.dividedBy(BOUNTY_DIVISOR);
    keep(host, old.stake().minus(fromStake), old.thawing().minus(fromThawing), old.thawedAt());
    custody.credit(caller, bounty);
    custody.credit(victim, slashed.minus(bounty));
    return new Slashing(slashed, bounty);
  }

  /** What was taken from a stake, and who called the fault's part of it. */
  record Slashing(Amount slashed, Amount bounty) {}

  private HostEntry entry(AccountId account) {
    return hosts.getOrDefault(account, NOTHING);
  }

  private void keep(AccountId account, Amount stake, Amount thawing, Optional<Instant> thawedAt) {
    HostEntry old = entry(account);
    hosts.put(account, new HostEntry(old.claimedId(), old.description(), stake, thawing, thawedAt));
  }

  private static Amount smaller(Amount a, Amount b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
