package cloud.zansoc.storage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cloud.zansoc.codec.erasure.RedundancyScheme;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurabilityTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void yearsToLoss_oneOfOne_isTheHostsOwnLife() {
    double rate = -Math.log(1 - 0.2);
    assertThat(Durability.yearsToLoss(RedundancyScheme.of(1, 1), 0.2, DAY))
        .isCloseTo(1 / rate, within(1e-9));
    assertThat(Durability.lossPerYear(RedundancyScheme.of(1, 1), 0.2, DAY))
        .isCloseTo(0.2, within(1e-9));
  }

  @Test
  void yearsToLoss_mirror_isTheKnownClosedForm() {
    // Two copies, repaired at once: (3 lambda + mu) / (2 lambda^2), as for RAID 1.
    double lambda = -Math.log(1 - 0.3);
    double mu = 365.25;
    RedundancyScheme mirror = new RedundancyScheme(1, 2, 2, 2);
    assertThat(Durability.yearsToLoss(mirror, 0.3, DAY))
        .isCloseTo((3 * lambda + mu) / (2 * lambda * lambda), within(1e-6));
  }

  @Test
  void lossPerYear_widerSchemes_areSafer() {
    double narrow = Durability.lossPerYear(RedundancyScheme.of(6, 12), 0.5, DAY);
    double wide = Durability.lossPerYear(RedundancyScheme.of(32, 80), 0.5, DAY);
    assertThat(narrow).isBetween(1e-9, 1e-3);
    assertThat(wide).isPositive().isLessThan(narrow / 1e6);
    assertThat(Durability.lossPerYear(RedundancyScheme.of(6, 12), 0.5, DAY.multipliedBy(7)))
        .isGreaterThan(narrow);
  }

  @Test
  void lossPerYear_nonsense_isRefused() {
    RedundancyScheme scheme = RedundancyScheme.of(2, 4);
    assertThatThrownBy(() -> Durability.lossPerYear(scheme, 0, DAY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Durability.lossPerYear(scheme, 0.1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void forHosts_choosesTheWidestThatFits() {
    assertThat(RedundancyChoice.forHosts(0)).isEqualTo(RedundancyScheme.of(1, 1));
    assertThat(RedundancyChoice.forHosts(3)).isEqualTo(RedundancyScheme.of(1, 3));
    assertThat(RedundancyChoice.forHosts(12)).isEqualTo(RedundancyScheme.of(6, 12));
    assertThat(RedundancyChoice.forHosts(87)).isEqualTo(RedundancyScheme.of(16, 40));
    assertThat(RedundancyChoice.forHosts(10_000)).isEqualTo(RedundancyScheme.of(32, 80));
    for (int hosts = 1; hosts < 200; hosts++) {
      assertThat(RedundancyChoice.forHosts(hosts).n()).isLessThanOrEqualTo(hosts);
    }
  }
}
