package cloud.zansoc.ledger.outbox;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Channels;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.Deals;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.Mandates;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.RewardClaim;
import cloud.zansoc.ledger.Rewards;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.SignedVoucher;
import java.time.Duration;
import java.util.List;

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

  /**
   * Opens leases from a mandate that a client gave the account, as {@link Mandates#openFor} does.
   */
  record OpenFor(AccountId client, Digest deployment, List<SignedOffer> offers, Duration paid)
      implements Operation {
    /** Refuses what cannot be opened at once. */
    public OpenFor {
      offers = List.copyOf(offers);
      Mandates.checkBatch(offers);
      Ledger.prepaidSeconds(paid);
    }
  }

  /**
   * Prepays further whole seconds of a lease that the account opened from a mandate, as {@link
   * Mandates#topUpFor} does.
   */
  record TopUpFor(LeaseId lease, Duration paid) implements Operation {
    /** Refuses what cannot be prepaid at once. */
    public TopUpFor {
      Ledger.prepaidSeconds(paid);
    }
  }

  /** Moves coins of the account's balance out, as {@link Ledger#withdraw} does. */
  record Withdraw(AccountId to, Amount amount) implements Operation {}

  /** Pays the host of a channel by a voucher, as {@link Channels#redeem} does. */
  record Redeem(SignedVoucher voucher) implements Operation {}

  /**
   * Proves the current period of a storage deal, as {@link Deals#prove} does. The proof is one of
   * this period and its seed only, so a key that names both is submitted again where the seed has
   * changed.
   */
  record Prove(DealId deal, PossessionProof proof) implements Operation {
    private static final int MOST_LEAVES = 0xff;
    private static final int MOST_SIBLINGS = 0xffff;

    /** Refuses what no deal asks for. */
    public Prove {
      if (proof.leaves().size() > MOST_LEAVES || proof.path().size() > MOST_SIBLINGS) {
        throw new IllegalArgumentException(
            "no deal asks for %d leaves with %d siblings"
                .formatted(proof.leaves().size(), proof.path().size()));
      }
    }
  }

  /** Faults periods of a storage deal, as {@link Deals#fault} does. */
  record Fault(DealId deal, long most) implements Operation {
    /** Refuses what cannot be faulted at once. */
    public Fault {
      Deals.checkedLimit(most);
    }
  }

  /** Claims what an account has earned, as {@link Rewards#claim} does. */
  record Claim(RewardClaim claim) implements Operation {}

  /** Publishes an epoch, as {@link Rewards#publish} does. */
  record Publish(EpochRewards rewards) implements Operation {}
}
