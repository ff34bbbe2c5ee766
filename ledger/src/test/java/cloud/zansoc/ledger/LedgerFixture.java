package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.EvmKey;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;

/**
 * A client and a stranger with a balance, a host that signs offers, and what the tests of a ledger
 * ask.
 */
abstract class LedgerFixture {
  static final Amount RATE = Amount.ofUnits(1_234_567_890L);
  static final Duration HOUR = Duration.ofHours(1);
  static final Digest RESOURCES = Digest.sha256(new byte[] {1});
  static final Amount OWNED = Amount.ofCoins(100);
  static final Amount BALANCE = Amount.ofCoins(60);

  World world;
  Ledger ledger;
  EvmKey client;
  EvmKey host;
  EvmKey stranger;
  private int nonce;

  /** The world to test; the same one may serve many tests. */
  abstract World world();

  @BeforeEach
  final void fundClientAndStranger() {
    world = world();
    ledger = world.ledger();
    client = TestKeys.fresh();
    host = TestKeys.fresh();
    stranger = TestKeys.fresh();
    world.fund(client, OWNED);
    world.fund(stranger, OWNED);
    world.fund(host, Amount.ofUnits(1));
    done(ledger.deposit(client.account(), BALANCE));
    done(ledger.deposit(stranger.account(), BALANCE));
  }

  Lease open(Duration paid) {
    return done(ledger.open(client.account(), signed(offer()), paid));
  }

  Offer offer() {
    return offer(RATE, ledger.now().plus(Duration.ofDays(1)), Optional.empty());
  }

  Offer offer(Amount rate, Instant expiry, Optional<AccountId> taker) {
    nonce++;
    return new Offer(host.account(), taker, rate, expiry, RESOURCES, BigInteger.valueOf(nonce));
  }

  SignedOffer signed(Offer offer) {
    return world.offers().sign(host, offer);
  }

  static LeaseId unknownLease() {
    return new LeaseId("0x" + "ab".repeat(32));
  }

  Amount balance(EvmKey key) {
    return ledger.balance(key.account());
  }

  static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(Refusal reason) -> throw new AssertionError(reason.message());
    };
  }

  /** Why an operation is refused; also checks that no coin moves. */
  <T> Refusal refused(Supplier<Outcome<T>> operation) {
    List<Amount> before = allMoney();
    Outcome<T> outcome = operation.get();
    assertThat(allMoney()).isEqualTo(before);
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> throw new AssertionError("not refused: " + value);
      case Outcome.Refused<T>(Refusal reason) -> reason;
    };
  }

  List<Amount> allMoney() {
    List<Amount> amounts = new ArrayList<>();
    for (EvmKey key : List.of(client, host, stranger)) {
      amounts.add(ledger.balance(key.account()));
      amounts.add(ledger.coins(key.account()));
    }
    amounts.add(ledger.balance(ledger.treasury()));
    amounts.add(ledger.coins(ledger.id().escrow()));
    return amounts;
  }
}
