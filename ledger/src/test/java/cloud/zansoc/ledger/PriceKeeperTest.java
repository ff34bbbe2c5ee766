package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.evm.EvmKey;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class PriceKeeperTest {
  private static final Instant START = Instant.ofEpochSecond(1_900_000_000);
  private static final PriceRules RULES =
      new PriceRules(Duration.ofSeconds(10), Duration.ofHours(1));

  @Test
  void keeper_whoseExchangeIsAwayAtFirst_averagesWhenItIsBack() throws InterruptedException {
    EvmKey provider = TestKeys.fresh();
    AtomicInteger looks = new AtomicInteger();
    CountDownLatch enough = new CountDownLatch(200);
    // Each look at the clock is a second later.
    MemoryExchange exchange =
        new MemoryExchange(
            TestKeys.named("treasury").account(),
            6,
            RULES,
            () -> {
              enough.countDown();
              return START.plusSeconds(looks.incrementAndGet());
            });
    exchange.mint(provider.account(), Token.COIN, Amount.ofCoins(10));
    exchange.mint(provider.account(), Token.DOLLAR, Amount.ofUnits(10_000_000));
    LedgerFixture.done(
        exchange.add(
            provider.account(),
            Amount.ofCoins(10),
            Amount.ofUnits(10_000_000),
            new Bounds(Amount.ZERO, Amount.ZERO, START.plusSeconds(60))));
    AtomicBoolean away = new AtomicBoolean(true);
    Supplier<Exchange> connect =
        () -> {
          if (away.getAndSet(false)) {
            throw new ZansocException(ErrorCode.UNREACHABLE, "away");
          }
          return exchange;
        };

    try (PriceKeeper _ =
        PriceKeeper.start(connect, provider.account(), rules -> Duration.ofMillis(1))) {
      assertThat(enough.await(20, TimeUnit.SECONDS)).as("it goes on").isTrue();
    }

    assertThat(LedgerFixture.done(exchange.twap()).price().usd().doubleValue())
        .isCloseTo(1.0, Offset.offset(1e-9));
  }
}
