package cloud.zansoc.ledger;

import java.time.Duration;
import java.time.Instant;

final class MemoryExchangeTest extends ExchangeContract {
  @Override
  ExchangeWorld world() {
    return new MemoryExchangeWorld(
        TestKeys.named("treasury").account(),
        new PriceRules(Duration.ofMinutes(1), Duration.ofDays(1)),
        Instant.ofEpochSecond(1_900_000_000));
  }
}
