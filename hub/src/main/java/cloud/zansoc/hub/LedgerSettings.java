package cloud.zansoc.hub;

import cloud.zansoc.ledger.AccountId;
import java.net.URI;
import java.time.Duration;

/**
 * Which ledger a hub keeps books of.
 *
 * @param node the JSON-RPC interface of a node of the chain
 * @param chain the chain's number
 * @param escrow the contract that keeps the coins; it knows the others
 * @param reconcileEvery how often the books are compared with the chain
 */
public record LedgerSettings(URI node, long chain, AccountId escrow, Duration reconcileEvery) {
  /** How often the books are compared with the chain where nothing else is said. */
  public static final Duration RECONCILE_EVERY = Duration.ofMinutes(5);

  public LedgerSettings {
    if (chain <= 0 || !reconcileEvery.isPositive()) {
      throw new IllegalArgumentException(
          "chain number " + chain + " and reconcile interval " + reconcileEvery + " are positive");
    }
  }
}
