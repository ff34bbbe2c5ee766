package cloud.zansoc.cli.compute;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.DeploymentView;
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
  void of_limit_coversBothLeasesOfAMoveWithinIt() {
    assertThat(terms(Optional.of(new Money(1_500))).mostRate())
        .isEqualTo(new Amount(BigInteger.valueOf(1_500)));
  }

  @Test
  void of_deploymentWithoutALease_isForWhatItWasRefused() {
    DeploymentView.Payment payment =
        new DeploymentView.Payment(
            "0x01", Digest.sha256(new byte[0]), "0", "500", PER_HOUR, "0", Optional.empty());

    Allowance.Terms terms =
        Allowance.Terms.of(payment, Money.ZERO, Optional.of(new Money(1_500)), Duration.ofHours(1));

    assertThat(terms.rate()).isEqualTo(RATE);
    assertThat(terms.mostRate()).isEqualTo(new Amount(BigInteger.valueOf(1_500)));
    assertThat(terms.budget()).isEqualTo(RATE.times(3600));
  }

  private static Allowance.Terms terms(Optional<Money> most) {
    return Allowance.Terms.of(RATE, PER_HOUR, most, Duration.ofHours(1), Duration.ZERO);
  }
}
