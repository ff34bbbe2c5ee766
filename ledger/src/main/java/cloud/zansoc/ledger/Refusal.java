package cloud.zansoc.ledger;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Why the ledger refused an operation. */
public sealed interface Refusal {
  /** For people: what is wrong, expected and seen. */
  String message();

  /** The error of a program that can only pass the refusal on. */
  default ErrorCode code() {
    return switch (this) {
      case ZeroAmount refusal -> ErrorCode.INVALID_ARGUMENT;
      case InvalidAccount refusal -> ErrorCode.INVALID_ARGUMENT;
      case InvalidRate refusal -> ErrorCode.INVALID_ARGUMENT;
      case InvalidTerms refusal -> ErrorCode.INVALID_ARGUMENT;
      case AboveSchedule refusal -> ErrorCode.INVALID_ARGUMENT;
      case TooLarge refusal -> ErrorCode.INVALID_ARGUMENT;
      case Dust refusal -> ErrorCode.INVALID_ARGUMENT;
      case InvalidAgent refusal -> ErrorCode.INVALID_ARGUMENT;
      case WrongSigner refusal -> ErrorCode.WRONG_KEY;
      case InvalidSignature refusal -> ErrorCode.WRONG_KEY;
      case WrongBinding refusal -> ErrorCode.WRONG_KEY;
      case NotOffered refusal -> ErrorCode.FORBIDDEN;
      case NotParty refusal -> ErrorCode.FORBIDDEN;
      case NotPublisher refusal -> ErrorCode.FORBIDDEN;
      case NotInRewards refusal -> ErrorCode.FORBIDDEN;
      case WrongProof refusal -> ErrorCode.FORBIDDEN;
      case WrongProofLength refusal -> ErrorCode.FORBIDDEN;
      case LeaseNotOpen refusal -> ErrorCode.NOT_FOUND;
      case NoChannel refusal -> ErrorCode.NOT_FOUND;
      case DealOver refusal -> ErrorCode.NOT_FOUND;
      case NoMandate refusal -> ErrorCode.NOT_FOUND;
      case InsufficientBalance refusal -> ErrorCode.PRECONDITION_FAILED;
      case InsufficientCoins refusal -> ErrorCode.PRECONDITION_FAILED;
      case InsufficientStake refusal -> ErrorCode.PRECONDITION_FAILED;
      case InsufficientTokens refusal -> ErrorCode.PRECONDITION_FAILED;
      case InsufficientShares refusal -> ErrorCode.PRECONDITION_FAILED;
      case EmptyPool refusal -> ErrorCode.PRECONDITION_FAILED;
      case BeyondPool refusal -> ErrorCode.PRECONDITION_FAILED;
      case BelowLeast refusal -> ErrorCode.PRECONDITION_FAILED;
      case AboveMost refusal -> ErrorCode.PRECONDITION_FAILED;
      case DeadlinePassed refusal -> ErrorCode.PRECONDITION_FAILED;
      case NoPrice refusal -> ErrorCode.PRECONDITION_FAILED;
      case StalePrice refusal -> ErrorCode.PRECONDITION_FAILED;
      case WrongLedger refusal -> ErrorCode.PRECONDITION_FAILED;
      case OfferExpired refusal -> ErrorCode.PRECONDITION_FAILED;
      case OfferUsed refusal -> ErrorCode.PRECONDITION_FAILED;
      case LeaseLapsed refusal -> ErrorCode.PRECONDITION_FAILED;
      case MandateExpired refusal -> ErrorCode.PRECONDITION_FAILED;
      case AboveBudget refusal -> ErrorCode.PRECONDITION_FAILED;
      case AboveMostRate refusal -> ErrorCode.PRECONDITION_FAILED;
      case TermsExpired refusal -> ErrorCode.PRECONDITION_FAILED;
      case TermsUsed refusal -> ErrorCode.PRECONDITION_FAILED;
      case NothingToRedeem refusal -> ErrorCode.PRECONDITION_FAILED;
      case ChannelNotClosing refusal -> ErrorCode.PRECONDITION_FAILED;
      case ChannelStillOpen refusal -> ErrorCode.PRECONDITION_FAILED;
      case NothingThaws refusal -> ErrorCode.PRECONDITION_FAILED;
      case StillThawing refusal -> ErrorCode.PRECONDITION_FAILED;
      case NotDue refusal -> ErrorCode.PRECONDITION_FAILED;
      case FaultPending refusal -> ErrorCode.PRECONDITION_FAILED;
      case SeedUnknown refusal -> ErrorCode.PRECONDITION_FAILED;
      case EpochAlreadyPublished refusal -> ErrorCode.PRECONDITION_FAILED;
      case EpochNotOver refusal -> ErrorCode.PRECONDITION_FAILED;
      case NothingToReward refusal -> ErrorCode.PRECONDITION_FAILED;
      case AboveMinted refusal -> ErrorCode.PRECONDITION_FAILED;
    };
  }

  /** An amount or a time of zero. */
  record ZeroAmount() implements Refusal {
    @Override
    public String message() {
      return "an amount of nothing was asked for";
    }
  }

  /** The account has less in the escrow than is needed. */
  record InsufficientBalance(AccountId account, Amount balance, Amount needed) implements Refusal {
    @Override
    public String message() {
      return "%s has %s coins in the escrow, needed are %s"
          .formatted(account, balance.coins(), needed.coins());
    }
  }

  /** The account owns fewer coins outside of the escrow than it wants to deposit or to send. */
  record InsufficientCoins(AccountId account, Amount coins, Amount needed) implements Refusal {
    @Override
    public String message() {
      return "%s has %s coins of its own, needed are %s"
          .formatted(account, coins.coins(), needed.coins());
    }
  }

  /** Coins cannot go to this account. */
  record InvalidAccount(AccountId account) implements Refusal {
    @Override
    public String message() {
      return "coins sent to " + account + " would be lost";
    }
  }

  /** The account owns less of what it wants to give for something else. */
  record InsufficientTokens(AccountId account, Token token, Amount owned, Amount needed)
      implements Refusal {
    @Override
    public String message() {
      return "%s has %s of %s, needed are %s".formatted(account, owned, token.text(), needed);
    }
  }

  /** The account has fewer shares of the pool than it wants to give back. */
  record InsufficientShares(AccountId account, Amount shares, Amount needed) implements Refusal {
    @Override
    public String message() {
      return account + " has " + shares + " of the pool's shares, needed are " + needed;
    }
  }

  /** Nobody has added liquidity. */
  record EmptyPool() implements Refusal {
    @Override
    public String message() {
      return "the pool is empty: add coins and dollars first";
    }
  }

  /** More is asked for than the pool has to give. */
  record BeyondPool(Amount available, Amount asked) implements Refusal {
    @Override
    public String message() {
      return "the pool has " + available + ", asked for are " + asked;
    }
  }

  /** The pool counts up to 2^112 - 1 units of each kind. */
  record TooLarge(Amount amount) implements Refusal {
    @Override
    public String message() {
      return "the pool has no room for " + amount + ": it counts up to 2^112 - 1";
    }
  }

  /** So little that nothing would come of it. */
  record Dust() implements Refusal {
    @Override
    public String message() {
      return "that is so little that nothing would come of it: give more";
    }
  }

  /** Less would come than the caller wants at least: the price has moved. */
  record BelowLeast(Token token, Amount least, Amount seen) implements Refusal {
    @Override
    public String message() {
      return "at least %s of %s were asked for, it would be %s"
          .formatted(least, token.text(), seen);
    }
  }

  /** More would have to be given than the caller wants at most: the price has moved. */
  record AboveMost(Token token, Amount most, Amount seen) implements Refusal {
    @Override
    public String message() {
      return "at most %s of %s were to be given, it would be %s"
          .formatted(most, token.text(), seen);
    }
  }

  /** It came too late. */
  record DeadlinePassed(Instant deadline) implements Refusal {
    @Override
    public String message() {
      return "it was to be done until " + deadline;
    }
  }

  /** No price has been averaged yet. */
  record NoPrice() implements Refusal {
    @Override
    public String message() {
      return "the exchange has no average price yet: it needs two observations";
    }
  }

  /** The average price is too old to rely on. */
  record StalePrice(Duration age, Duration most) implements Refusal {
    @Override
    public String message() {
      return "the average price is %d seconds old, at most %d are allowed: update it first"
          .formatted(age.toSeconds(), most.toSeconds());
    }
  }

  /** What was signed is for another ledger. */
  record WrongLedger(LedgerId expected, LedgerId seen) implements Refusal {
    @Override
    public String message() {
      return "it was signed for " + seen + ", this is " + expected;
    }
  }

  /** An offer or terms were not signed by the host that they name. */
  record WrongSigner(Optional<AccountId> signer, AccountId expected) implements Refusal {
    @Override
    public String message() {
      return "signed by " + signer.map(AccountId::text).orElse("nobody") + ", not by " + expected;
    }
  }

  /** The offer's last second is over. */
  record OfferExpired(Instant expiry) implements Refusal {
    @Override
    public String message() {
      return "the offer could be taken until " + expiry;
    }
  }

  /** The offer was taken or canceled before. */
  record OfferUsed(LeaseId lease) implements Refusal {
    @Override
    public String message() {
      return "offer " + lease + " was taken or canceled before";
    }
  }

  /** The offer is for another client. */
  record NotOffered(AccountId caller, AccountId client) implements Refusal {
    @Override
    public String message() {
      return "the offer is for " + client + ", not for " + caller;
    }
  }

  /** The rate is zero, or so fine that a commission would have to be rounded. */
  record InvalidRate(Amount rate) implements Refusal {
    @Override
    public String message() {
      return "a rate is a multiple of ten units a second and not zero, not " + rate;
    }
  }

  /** There is no such lease, or it is closed. */
  record LeaseNotOpen(LeaseId lease) implements Refusal {
    @Override
    public String message() {
      return "lease " + lease + " is not open";
    }
  }

  /** The lease ran out; it can be closed only. */
  record LeaseLapsed(LeaseId lease, Instant paidUntil) implements Refusal {
    @Override
    public String message() {
      return "lease " + lease + " was paid until " + paidUntil;
    }
  }

  /** Only those whose lease or offer it is may do that. */
  record NotParty(AccountId caller) implements Refusal {
    @Override
    public String message() {
      return caller + " is no party to it";
    }
  }

  /** Who would be paid, or paid for, cannot be the agent. */
  record InvalidAgent(AccountId agent) implements Refusal {
    @Override
    public String message() {
      return agent
          + " cannot be the agent: that is neither the client, nor a host, nor the treasury";
    }
  }

  /** The client has given the agent no mandate for this deployment. */
  record NoMandate(MandateName name) implements Refusal {
    @Override
    public String message() {
      return "%s has given %s no mandate for deployment %s"
          .formatted(name.client(), name.agent(), name.deployment());
    }
  }

  /** The mandate's last second is over, or its client has revoked it. */
  record MandateExpired(Instant expiry) implements Refusal {
    @Override
    public String message() {
      return expiry.equals(Instant.EPOCH)
          ? "the client has revoked the mandate"
          : "the mandate was good until " + expiry;
    }
  }

  /** More than the mandate's budget still allows. */
  record AboveBudget(Amount left, Amount needed) implements Refusal {
    @Override
    public String message() {
      return "the mandate has %s coins left, needed are %s".formatted(left.coins(), needed.coins());
    }
  }

  /** The mandate's leases would cost more a second than the client allows. */
  record AboveMostRate(Amount most, Amount rate) implements Refusal {
    @Override
    public String message() {
      return "the mandate allows leases of %s a second, it would be %s".formatted(most, rate);
    }
  }

  /** A signature that no key can have made. */
  record InvalidSignature() implements Refusal {
    @Override
    public String message() {
      return "the signature is nobody's";
    }
  }

  /**
   * There is no funded channel, or the voucher was signed by another key or for another channel.
   */
  record NoChannel(AccountId client, AccountId host) implements Refusal {
    @Override
    public String message() {
      return client + ", who signed it, has nothing in a channel to " + host;
    }
  }

  /** The channel has paid that much before, or has no more. */
  record NothingToRedeem(Amount total, Amount paid, Amount funded) implements Refusal {
    @Override
    public String message() {
      return "a voucher of %s is worth nothing now: of %s on the channel, %s were paid"
          .formatted(total, funded, paid);
    }
  }

  /** The client has not asked for the rest of the channel. */
  record ChannelNotClosing() implements Refusal {
    @Override
    public String message() {
      return "the client has not asked for the rest of the channel; its host can close it";
    }
  }

  /** The host can still redeem. */
  record ChannelStillOpen(Instant closesAt) implements Refusal {
    @Override
    public String message() {
      return "the channel can be closed from " + closesAt;
    }
  }

  /** The Ed25519 key has not signed for this account and registry. */
  record WrongBinding(AccountId account, PeerId id) implements Refusal {
    @Override
    public String message() {
      return "the key of host " + id + " has not signed that it speaks for " + account + " here";
    }
  }

  /** The host answers with less than is needed. */
  record InsufficientStake(Amount stake, Amount needed) implements Refusal {
    @Override
    public String message() {
      return "the host has a stake of " + stake + ", needed are " + needed;
    }
  }

  /** The account has begun to take nothing out of its stake. */
  record NothingThaws() implements Refusal {
    @Override
    public String message() {
      return "nothing is being taken out of the stake; thaw an amount first";
    }
  }

  /** The stake can still be slashed. */
  record StillThawing(Instant thawedAt) implements Refusal {
    @Override
    public String message() {
      return "the stake can be taken out from " + thawedAt;
    }
  }

  /** The deal's figures are none that can be proven and paid. */
  record InvalidTerms() implements Refusal {
    @Override
    public String message() {
      return "terms have 1 to 2^40 leaves, 1 to 32 samples, at least one period, and a price";
    }
  }

  /** The terms' last second is over. */
  record TermsExpired(Instant expiry) implements Refusal {
    @Override
    public String message() {
      return "the terms could be taken until " + expiry;
    }
  }

  /** The terms were taken before. */
  record TermsUsed(DealId deal) implements Refusal {
    @Override
    public String message() {
      return "the terms of deal " + deal + " were taken before";
    }
  }

  /** There is no such deal, or all its periods are done. */
  record DealOver(DealId deal) implements Refusal {
    @Override
    public String message() {
      return "deal " + deal + " is unknown, or over";
    }
  }

  /** The period has not begun, or cannot be faulted before it is over. */
  record NotDue(long period, long current) implements Refusal {
    @Override
    public String message() {
      return "period " + period + " is the deal's next one, it is period " + current + " now";
    }
  }

  /** A period passed unproven, and must be faulted first. */
  record FaultPending(long period, long current) implements Refusal {
    @Override
    public String message() {
      return "period %d passed unproven, fault it before period %d is proven"
          .formatted(period, current);
    }
  }

  /** The period's first block is not over, or too long ago. */
  record SeedUnknown(long period) implements Refusal {
    @Override
    public String message() {
      return "the seed of period " + period + " is not known; it is from the second block on";
    }
  }

  /** The proof has more or fewer nodes than the deal asks for. */
  record WrongProofLength(long leaves, long path) implements Refusal {
    @Override
    public String message() {
      return "a proof of " + leaves + " leaves and " + path + " siblings fits not this deal";
    }
  }

  /** A leaf is not where it should be in the data that the deal is about. */
  record WrongProof(long sample) implements Refusal {
    @Override
    public String message() {
      return "sample " + sample + " is not what the deal's data has there";
    }
  }

  /** Only the publisher publishes rewards. */
  record NotPublisher(AccountId caller) implements Refusal {
    @Override
    public String message() {
      return caller + " is not the publisher of rewards";
    }
  }

  /** The rewards of this epoch, or of a later one, were published before. */
  record EpochAlreadyPublished(long epoch, long next) implements Refusal {
    @Override
    public String message() {
      return "epoch " + epoch + " can be published no more, the next one is " + next;
    }
  }

  /** The epoch is still under way. */
  record EpochNotOver(long epoch, Instant endsAt) implements Refusal {
    @Override
    public String message() {
      return "epoch " + epoch + " ends at " + endsAt;
    }
  }

  /** More than the schedule gives. */
  record AboveSchedule(Amount total, Amount emission) implements Refusal {
    @Override
    public String message() {
      return "the epoch gives " + emission + " at most, not " + total;
    }
  }

  /** The claim does not lead to the root that was published last. */
  record NotInRewards() implements Refusal {
    @Override
    public String message() {
      return "the rewards that were published last do not have this account with this amount";
    }
  }

  /** All was claimed before. */
  record NothingToReward(AccountId account, Amount rewarded) implements Refusal {
    @Override
    public String message() {
      return account + " was rewarded with all " + rewarded + " before";
    }
  }

  /** More is claimed than was minted: what was published has a mistake. */
  record AboveMinted(Amount amount, Amount unclaimed) implements Refusal {
    @Override
    public String message() {
      return "claimed are " + amount + ", left are " + unclaimed;
    }
  }
}
