package cloud.zansoc.ledger;

/**
 * What was added to the pool or removed from it.
 *
 * @param shares the shares of the pool that were made or given back for it
 */
public record Liquidity(Amount coins, Amount dollars, Amount shares) {}
