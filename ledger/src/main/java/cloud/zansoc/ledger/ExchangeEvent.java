package cloud.zansoc.ledger;

import java.time.Instant;

/**
 * Something that has happened at the exchange.
 *
 * @param transaction which change of the ledger it was part of
 */
public record ExchangeEvent(Instant at, String transaction, Change change) {
  /** What has happened. */
  public sealed interface Change {}

  /** A swap, of what came in for what went out to an account. */
  public record Swapped(
      AccountId account, Amount coinsIn, Amount dollarsIn, Amount coinsOut, Amount dollarsOut)
      implements Change {}

  /** Liquidity was added, and an account got the shares. */
  public record Added(AccountId account, Liquidity liquidity) implements Change {}

  /** Liquidity was removed, and an account got coins and dollars. */
  public record Removed(AccountId account, Liquidity liquidity) implements Change {}

  /** What the pool holds after each change. */
  public record Synced(Amount coins, Amount dollars) implements Change {}

  /** True where an account got something by it. */
  public boolean isOf(AccountId account) {
    return switch (change) {
      case Swapped swapped -> swapped.account().equals(account);
      case Added added -> added.account().equals(account);
      case Removed removed -> removed.account().equals(account);
      case Synced _ -> false;
    };
  }
}
