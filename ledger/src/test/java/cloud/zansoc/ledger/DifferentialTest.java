package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The same random operations on the model and on the contracts: every answer and every balance must
 * be the same. Run again with -Dzansoc.seed=SEED, which a failure names.
 */
final class DifferentialTest {
  private static final int OPERATIONS = 400;
  private static final Amount OWNED = Amount.ofCoins(1000);

  private final long seed = Long.getLong("zansoc.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final List<EvmKey> keys = IntStream.range(0, 5).mapToObj(i -> TestKeys.fresh()).toList();
  private final List<SignedOffer> offers = new ArrayList<>();
  private final List<LeaseId> leases = new ArrayList<>();
  private int done;

  @Test
  void operations_atRandom_haveTheSameOutcomeInModelAndContracts() throws IOException {
    try (ChainWorld contracts = ChainWorld.start()) {
      Ledger chain = contracts.ledger();
      World model = new MemoryWorld(chain.id(), chain.treasury(), chain.now());
      for (EvmKey key : keys) {
        contracts.fund(key, OWNED);
        model.fund(key, OWNED);
      }
      Amount others = chain.coins(chain.id().escrow());
      for (int i = 0; i < OPERATIONS; i++) {
        Duration time = Duration.ofSeconds(random.nextInt(4) == 0 ? random.nextInt(2000) : 0);
        if (!time.isZero()) {
          contracts.pass(time);
          model.pass(time);
        }
        Function<Ledger, Outcome<?>> operation = next(model);
        Outcome<?> expected = operation.apply(model.ledger());
        assertThat(operation.apply(chain))
            .as("operation %d of seed %d", i, seed)
            .isEqualTo(expected);
        assertThat(money(chain, others))
            .as("money after operation %d of seed %d", i, seed)
            .isEqualTo(money(model.ledger(), Amount.ZERO));
        done += expected instanceof Outcome.Done<?> ? 1 : 0;
      }
    }
    assertThat(done).as("operations of seed %d that were not refused", seed).isGreaterThan(100);
  }

  /** All balances and coins of all accounts; {@code others}: what the escrow had before. */
  private List<Amount> money(Ledger ledger, Amount others) {
    Stream<Amount> ofKeys =
        keys.stream()
            .map(EvmKey::account)
            .flatMap(account -> Stream.of(ledger.balance(account), ledger.coins(account)));
    return Stream.concat(
            ofKeys,
            Stream.of(
                ledger.balance(ledger.treasury()),
                ledger.coins(ledger.id().escrow()).minus(others)))
        .toList();
  }

  private Function<Ledger, Outcome<?>> next(World model) {
    AccountId caller = key().account();
    return switch (random.nextInt(16)) {
      case 0, 1 -> deposit(caller);
      case 2 -> withdraw(caller, key().account());
      case 3, 4, 5, 6 -> open(caller, offer(model), model);
      case 7, 8 -> topUp(caller, lease());
      case 9, 10, 11 -> settle(caller, lease());
      case 12 -> settleMany(caller, random.ints(5, 0, 1000).mapToObj(i -> lease()).toList());
      case 13, 14 -> close(caller, lease());
      default -> cancel(caller, offer(model).offer());
    };
  }

  private Function<Ledger, Outcome<?>> deposit(AccountId caller) {
    Amount amount = upTo(400);
    return ledger -> ledger.deposit(caller, amount);
  }

  private Function<Ledger, Outcome<?>> withdraw(AccountId caller, AccountId to) {
    Amount amount = upTo(200);
    return ledger -> ledger.withdraw(caller, to, amount);
  }

  private Function<Ledger, Outcome<?>> open(AccountId caller, SignedOffer offer, World model) {
    leases.add(model.offers().leaseId(offer.offer()));
    Duration paid = prepaid();
    return ledger -> ledger.open(caller, offer, paid);
  }

  private Function<Ledger, Outcome<?>> topUp(AccountId caller, LeaseId lease) {
    Duration paid = prepaid();
    return ledger -> ledger.topUp(caller, lease, paid);
  }

  private static Function<Ledger, Outcome<?>> settle(AccountId caller, LeaseId lease) {
    return ledger -> ledger.settle(caller, lease);
  }

  private static Function<Ledger, Outcome<?>> settleMany(AccountId caller, List<LeaseId> leases) {
    return ledger -> ledger.settleMany(caller, leases);
  }

  private static Function<Ledger, Outcome<?>> close(AccountId caller, LeaseId lease) {
    return ledger -> ledger.close(caller, lease, CloseReason.NONE_GIVEN);
  }

  private static Function<Ledger, Outcome<?>> cancel(AccountId caller, Offer offer) {
    return ledger -> ledger.cancelOffer(caller, offer);
  }

  /** Mostly a new one; sometimes an old one, for one client, at a bad rate, or wrongly signed. */
  private SignedOffer offer(World model) {
    if (!offers.isEmpty() && random.nextInt(6) == 0) {
      return offers.get(random.nextInt(offers.size()));
    }
    EvmKey host = key();
    BigInteger rate = new BigInteger(1 + random.nextInt(60), random);
    Optional<AccountId> taker =
        random.nextInt(4) == 0 ? Optional.of(key().account()) : Optional.empty();
    Instant expiry = model.ledger().now().plusSeconds(random.nextInt(5000));
    Offer offer =
        new Offer(
            host.account(),
            taker,
            new Amount(random.nextInt(8) == 0 ? rate : rate.multiply(BigInteger.TEN)),
            expiry,
            Digest.sha256(new byte[] {(byte) random.nextInt()}),
            new BigInteger(256, random));
    SignedOffer signed = model.offers().sign(random.nextInt(12) == 0 ? key() : host, offer);
    offers.add(signed);
    return signed;
  }

  private LeaseId lease() {
    return leases.isEmpty() || random.nextInt(20) == 0
        ? new LeaseId("0x" + "cd".repeat(32))
        : leases.get(leases.size() - 1 - random.nextInt(Math.min(leases.size(), 12)));
  }

  private Duration prepaid() {
    return random.nextInt(30) == 0
        ? Ledger.LONGEST_PREPAYMENT
        : Duration.ofSeconds(random.nextInt(3000));
  }

  private Amount upTo(int coins) {
    BigInteger most = Amount.ofCoins(coins).units();
    return new Amount(new BigInteger(most.bitLength() + 8, random).mod(most));
  }

  private EvmKey key() {
    return keys.get(random.nextInt(keys.size()));
  }
}
