package cloud.zansoc.ledger.outbox;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import java.time.Duration;

/** What the outbox's account wants done; docs/format/outbox.md says how it is stored. */
public sealed interface Operation {
  /**
   * Pays the host of a lease. Settlements are sent together, and one of a lease that is not open
   * does nothing.
   */
  record Settle(LeaseId lease) implements Operation {}

  /** Ends a lease, as {@link Ledger#close} does. */
  record Close(LeaseId lease, CloseReason reason) implements Operation {}

  /** Prepays further whole seconds of a lease, as {@link Ledger#topUp} does. */
  record TopUp(LeaseId lease, Duration paid) implements Operation {
    /** Refuses what cannot be prepaid at once. */
    public TopUp {
      Ledger.prepaidSeconds(paid);
    }
  }

  /** Moves coins of the account's balance out, as {@link Ledger#withdraw} does. */
  record Withdraw(AccountId to, Amount amount) implements Operation {}
}
