package cloud.zansoc.storage.hub;

import cloud.zansoc.codec.erasure.RedundancyScheme;
import java.time.Duration;

/**
 * How likely a segment is to be lost, by the Markov chain of Ford et al., "Availability in Globally
 * Distributed Storage Systems" (OSDI 2010, section 7), with our repair: from state i (i positions
 * lost) one more is lost at rate (n-i)·λ; while fewer than {@code scheme.repair} are left, a repair
 * that restores all of them ends at rate μ; at n-k+1 lost the segment is lost. With E(i) the
 * expected time from state i to loss and r(i) = μ where repair runs, else 0:
 *
 * <pre>E(i) = 1/((n-i)λ+r(i)) + (n-i)λ/((n-i)λ+r(i))·E(i+1) + r(i)/((n-i)λ+r(i))·E(0)</pre>
 *
 * <p>Hosts are taken to fail independently, which is what the spread over networks is for; the
 * repair of single positions above the threshold is left out. Both are said wherever the figure is.
 */
public final class Durability {
  private static final double YEAR_SECONDS = 365.25 * 24 * 3600;

  private Durability() {}

  /**
   * The probability that a segment is lost within a year.
   *
   * @param annualFailure the share of hosts lost in a year, between 0 and 1, both excluded
   * @param repairTime from a loss until its repair has ended, at the mean: more than zero
   */
  public static double lossPerYear(
      RedundancyScheme scheme, double annualFailure, Duration repairTime) {
    return -Math.expm1(-1 / yearsToLoss(scheme, annualFailure, repairTime));
  }

  /**
   * The mean time to the loss of a segment in years; the parameters as for {@link #lossPerYear}.
   */
  public static double yearsToLoss(
      RedundancyScheme scheme, double annualFailure, Duration repairTime) {
    if (!(annualFailure > 0 && annualFailure < 1) || !repairTime.isPositive()) {
      throw new IllegalArgumentException(
          "needs 0 < annual failure < 1 and a repair time above zero, not %s and %s"
              .formatted(annualFailure, repairTime));
    }
    double failureRate = -Math.log1p(-annualFailure);
    double repairRate = YEAR_SECONDS / (repairTime.toNanos() / 1e9);
    // E(i) = a(i) + b(i) E(0), and c(i) = 1 - b(i) is kept instead of b, which comes close to 1.
    double a = 0;
    double c = 1;
    for (int lost = scheme.n() - scheme.k(); lost >= 0; lost--) {
      double losing = (scheme.n() - lost) * failureRate;
      double repairing = scheme.n() - lost < scheme.repair() ? repairRate : 0;
      a = 1 / (losing + repairing) + losing / (losing + repairing) * a;
      c = losing / (losing + repairing) * c;
    }
    return a / c;
  }
}
