package cloud.zansoc.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The coins and balances of the model, which all its parts share, with their lock and clock. Only
 * {@link #locked} may be called without the lock.
 */
final class MemoryCustody {
  private final LedgerId id;
  private final AccountId treasury;
  private final InstantSource clock;

  /** Guards both that follow, and what the parts of the model keep. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<AccountId, Amount> coins = new HashMap<>();
  private final Map<AccountId, Amount> balances = new HashMap<>();

  MemoryCustody(LedgerId id, AccountId treasury, InstantSource clock) {
    this.id = id;
    this.treasury = treasury;
    this.clock = clock;
  }

  LedgerId id() {
    return id;
  }

  AccountId treasury() {
    return treasury;
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  Amount coins(AccountId account) {
    return coins.getOrDefault(account, Amount.ZERO);
  }

  Amount balance(AccountId account) {
    return balances.getOrDefault(account, Amount.ZERO);
  }

  /** Makes coins. */
  void mint(AccountId account, Amount amount) {
    coins.merge(account, amount, Amount::plus);
  }

  /** Moves coins, which must be there. */
  void transfer(AccountId from, AccountId to, Amount amount) {
    coins.put(from, coins(from).minus(amount));
    mint(to, amount);
  }

  void credit(AccountId account, Amount amount) {
    balances.merge(account, amount, Amount::plus);
  }

  /** Takes what {@link #whyNotDebited} has found to be there. */
  void debit(AccountId account, Amount amount) {
    balances.put(account, balance(account).minus(amount));
  }

  Optional<Refusal> whyNotDebited(AccountId account, Amount amount) {
    if (amount.isZero()) {
      return Optional.of(new Refusal.ZeroAmount());
    }
    return balance(account).compareTo(amount) < 0
        ? Optional.of(new Refusal.InsufficientBalance(account, balance(account), amount))
        : Optional.empty();
  }

  /** Divides a payment between a host and the treasury. */
  Payment pay(AccountId host, Amount gross) {
    Payment payment = Payment.of(gross);
    credit(host, payment.net());
    credit(treasury, payment.fee());
    return payment;
  }
}
