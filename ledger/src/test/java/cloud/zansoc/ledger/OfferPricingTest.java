package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Prices in the coin, at the exchange's average. */
final class OfferPricingTest {
  private static final Instant START = Instant.ofEpochSecond(1_900_000_000);
  private static final PriceRules RULES =
      new PriceRules(Duration.ofMinutes(1), Duration.ofHours(1));
  private static final Money HOUR = UnitPrices.DEFAULT.hour(CloudPrice.SIZE);
  private static final Amount MUCH = Amount.ofCoins(1_000_000_000);

  private final EvmKey host = TestKeys.named("host");
  private final EvmKey treasury = TestKeys.named("treasury");
  private final MemoryExchangeWorld world =
      new MemoryExchangeWorld(treasury.account(), RULES, START);
  private final Exchange exchange = world.exchange();
  private final OfferPricing pricing = new OfferPricing(exchange);

  private void fill(Amount coins, Amount dollars) {
    world.fund(host, MUCH, MUCH);
    LedgerFixture.done(
        exchange.add(host.account(), coins, dollars, new Bounds(Amount.ZERO, Amount.ZERO, START)));
    exchange.update(host.account());
    world.pass(RULES.window());
    exchange.update(host.account());
  }

  @Test
  void rate_ofAMachine_isItsHourAtTheAveragePrice() {
    fill(Amount.ofCoins(1_000_000), Amount.ofUnits(500_000_000_000L));

    // 0.08 USD an hour are 0.16 coins, and 0.16 · 10^18 / 3600 = 44,444,444,444,444.4….
    assertThat(LedgerFixture.done(pricing.rate(HOUR)))
        .isEqualTo(Amount.ofUnits(44_444_444_444_450L));
  }

  @Test
  void offer_ofAMachine_isOneThatTheLedgerTakes() {
    fill(Amount.ofCoins(1_000_000), Amount.ofUnits(500_000_000_000L));
    MemoryWorld ledger = new MemoryWorld();
    EvmKey client = TestKeys.named("client");
    ledger.fund(client, Amount.ofCoins(10));
    ledger.ledger().deposit(client.account(), Amount.ofCoins(10));
    EvmOffers offers = ledger.offers();

    Offer offer = LedgerFixture.done(pricing.offer(HOUR, terms()));

    Lease lease =
        LedgerFixture.done(
            ledger.ledger().open(client.account(), offers.sign(host, offer), Duration.ofHours(1)));
    assertThat(lease.rate()).isEqualTo(Amount.ofUnits(44_444_444_444_450L));
  }

  private OfferTerms terms() {
    return new OfferTerms(
        host.account(),
        Optional.empty(),
        START.plusSeconds(600),
        Digest.sha256(new byte[] {1}),
        BigInteger.ONE);
  }

  @Test
  void offer_withoutAPriceOrWithAStaleOne_isNotMade() {
    assertThat(pricing.offer(HOUR, terms()))
        .isEqualTo(new Outcome.Refused<>(new Refusal.NoPrice()));

    fill(Amount.ofCoins(1), Amount.ofUnits(1_000_000));
    world.pass(RULES.mostAge().plusSeconds(1));

    assertThat(pricing.offer(HOUR, terms()))
        .isEqualTo(
            new Outcome.Refused<>(
                new Refusal.StalePrice(RULES.mostAge().plusSeconds(1), RULES.mostAge())));
  }

  @Test
  void offer_ofNothing_isNotMade() {
    fill(Amount.ofCoins(1), Amount.ofUnits(1_000_000));

    assertThat(pricing.offer(Money.ZERO, terms()))
        .isEqualTo(new Outcome.Refused<>(new Refusal.InvalidRate(Amount.ZERO)));
  }

  @Test
  void rate_ofAnyPriceAndDecimals_isTheSmallestMultipleOfTenThatPaysTheHour() {
    long seed = Long.getLong("zansoc.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      int decimals = random.nextInt(19);
      BigInteger ratio = new BigInteger(1 + random.nextInt(130), random).add(BigInteger.ONE);
      CoinPrice price = new CoinPrice(ratio, decimals);
      Money hour = new Money(1 + random.nextLong(10_000_000));

      Amount rate = price.rate(hour);

      assertThat(rate.hasExactCommission()).isTrue();
      assertThat(dollarsOfAnHour(rate, price))
          .as("seed %d: %s at %s", seed, rate, price)
          .isGreaterThanOrEqualTo(BigDecimal.valueOf(hour.microDollars(), 6));
      assertThat(dollarsOfAnHour(rate.minus(Amount.ofUnits(10)), price))
          .as("seed %d: one less than %s at %s", seed, rate, price)
          .isLessThan(BigDecimal.valueOf(hour.microDollars(), 6));
    }
  }

  /** Exactly, by another way than the price computes it. */
  private static BigDecimal dollarsOfAnHour(Amount rate, CoinPrice price) {
    return new BigDecimal(rate.units())
        .multiply(BigDecimal.valueOf(3600))
        .multiply(new BigDecimal(price.ratio()))
        .divide(new BigDecimal(BigInteger.TWO.pow(112)))
        .movePointLeft(price.dollarDecimals());
  }

  @Test
  void price_convertsBothWaysRoundedDown() {
    CoinPrice half = CoinPrice.of(Amount.ofUnits(1), Amount.ofUnits(2_000_000_000_000L), 6);

    assertThat(half.usd()).isEqualByComparingTo("0.5");
    assertThat(half.toUsd(Amount.ofCoins(4))).isBetween(new Money(1_999_999), new Money(2_000_000));
    assertThat(half.toCoin(new Money(0))).isEqualTo(Amount.ZERO);
    assertThatThrownBy(() -> half.toUsd(Amount.LARGEST)).hasMessageContaining("counted");
    assertThatThrownBy(() -> half.toCoin(new Money(-1))).hasMessageContaining("not negative");
    assertThatThrownBy(() -> new CoinPrice(BigInteger.ZERO, 6)).hasMessageContaining("positive");
  }

  @Test
  void price_ofStablecoinsWithOtherDecimals_isTheSame() {
    for (int decimals : new int[] {0, 2, 6, 18}) {
      Amount dollars = new Amount(BigInteger.TEN.pow(decimals).multiply(BigInteger.valueOf(3)));
      CoinPrice price = CoinPrice.of(dollars, Amount.ofCoins(1), decimals);

      assertThat(price.usd().doubleValue()).isCloseTo(3, Offset.offset(1e-9));
      assertThat(price.toUsd(Amount.ofCoins(100)))
          .isBetween(new Money(decimals == 0 ? 299_000_000 : 299_990_000), new Money(300_000_000));
    }
  }

  @Test
  void slippage_boundsAQuoteAgainstTheCaller() {
    Slippage half = Slippage.parsePercent("0.5 %");
    assertThat(half).isEqualTo(Slippage.DEFAULT);
    Pool pool = new Pool(Amount.ofCoins(1000), Amount.ofUnits(1_000_000_000), Amount.ofCoins(1));
    Trade in = new Trade.ExactIn(Token.COIN, Amount.ofCoins(1));
    Trade out = new Trade.ExactOut(Token.DOLLAR, Amount.ofCoins(1));
    Quote gives = LedgerFixture.done(pool.quote(in));
    Quote costs = LedgerFixture.done(pool.quote(out));

    // 997 · 10^9 · 10^3 / (1000 · 10^3 + 997); the same backwards, rounded up.
    assertThat(gives.out()).isEqualTo(Amount.ofUnits(996_006));
    assertThat(half.limit(in, gives)).isEqualTo(Amount.ofUnits(991_025));
    assertThat(costs.in()).isEqualTo(Amount.ofUnits(1_004_014));
    assertThat(half.limit(out, costs)).isEqualTo(Amount.ofUnits(1_009_035));
    assertThat(gives.costPercent()).isEqualByComparingTo("0.3994");
    assertThat(gives.movePercent()).isEqualByComparingTo("-0.1994");
    assertThat(costs.movePercent()).isPositive();
    for (String wrong : new String[] {"", "a", "0.001", "51", "-1"}) {
      assertThatThrownBy(() -> Slippage.parsePercent(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slippage");
    }
  }
}
