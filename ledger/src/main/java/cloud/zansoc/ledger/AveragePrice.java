package cloud.zansoc.ledger;

import java.time.Duration;

/**
 * What the coin cost on average over the last window of time: to move it, one must hold the pool's
 * price away from the market's for a good part of the window.
 *
 * @param age for how long it has been known
 */
public record AveragePrice(CoinPrice price, Duration age) {}
