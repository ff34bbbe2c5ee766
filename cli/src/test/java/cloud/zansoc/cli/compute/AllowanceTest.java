package cloud.zansoc.cli.compute;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Money;
import cloud.zansoc.ledger.Amount;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AllowanceTest {
  private static final Amount RATE = new Amount(BigInteger.valueOf(500));
  private static final Money PER_HOUR = new Money(1_000);

  @Test
  void of_noLimit_coversBothLeasesOfAMoveToAHostTwiceAsDear() {
    assertThat(terms(Optional.empty()).mostRate()).isEqualTo(RATE.plus(RATE.times(2)));
  }

  @Test
  void of_limit_isThat() {
    assertThat(terms(Optional.of(new Money(1_500))).mostRate())
        .isEqualTo(new Amount(BigInteger.valueOf(750)));
  }

  private static Allowance.Terms terms(Optional<Money> most) {
    return Allowance.Terms.of(RATE, PER_HOUR, most, Duration.ofHours(1), Duration.ZERO);
  }
}
