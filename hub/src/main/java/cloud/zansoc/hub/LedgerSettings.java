package cloud.zansoc.hub;

import cloud.zansoc.ledger.AccountId;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Which ledger a hub works with.
 *
 * @param escrow the contract that keeps the coins; it knows the others
 * @param exchange of the coin, if there is one
 * @param reconcileEvery how often the books are compared with the chain
 */
public record LedgerSettings(
    Chain chain, AccountId escrow, Optional<Exchange> exchange, Duration reconcileEvery) {
  /** How often the books are compared with the chain where nothing else is said. */
  public static final Duration RECONCILE_EVERY = Duration.ofMinutes(5);

  /**
   * How the chain is reached.
   *
   * @param node the JSON-RPC interface of a node of the chain
   * @param memberNode the one that members are told of; none: they need one of their own
   * @param number the chain's
   */
  public record Chain(URI node, Optional<URI> memberNode, long number) {
    public Chain {
      if (number <= 0) {
        throw new IllegalArgumentException("a chain's number is positive, not " + number);
      }
    }

    /** Members are told of the hub's own node, unless its URL may hold a secret. */
    public static Chain of(URI node, long number) {
      boolean plain =
          node.getRawUserInfo() == null
              && node.getRawQuery() == null
              && (node.getRawPath() == null || node.getRawPath().length() <= 1);
      return new Chain(node, Optional.of(node).filter(any -> plain), number);
    }
  }

  /**
   * Where the coin is exchanged.
   *
   * @param router what swaps and liquidity go through
   * @param twap the contract that averages the price; it knows the pair
   */
  public record Exchange(AccountId router, AccountId twap) {}

  public LedgerSettings {
    if (!reconcileEvery.isPositive()) {
      throw new IllegalArgumentException(
          "the interval of reconciliations is positive, not " + reconcileEvery);
    }
  }
}
