package cloud.zansoc.ledger;

import java.time.Duration;

/**
 * How prices are averaged.
 *
 * @param window the time that an average covers at least
 * @param mostAge after which an average is stale, and the time that it covers at most
 */
public record PriceRules(Duration window, Duration mostAge) {
  public PriceRules {
    if (!window.isPositive() || mostAge.compareTo(window) < 0) {
      throw new IllegalArgumentException(
          "a window is positive and an age at least as long, not " + window + " and " + mostAge);
    }
  }
}
