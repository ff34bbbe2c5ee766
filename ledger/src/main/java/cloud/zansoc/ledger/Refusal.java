package cloud.zansoc.ledger;

import cloud.zansoc.base.ErrorCode;
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
      case TooLarge refusal -> ErrorCode.INVALID_ARGUMENT;
      case Dust refusal -> ErrorCode.INVALID_ARGUMENT;
      case WrongSigner refusal -> ErrorCode.WRONG_KEY;
      case NotOffered refusal -> ErrorCode.FORBIDDEN;
      case NotParty refusal -> ErrorCode.FORBIDDEN;
      case LeaseNotOpen refusal -> ErrorCode.NOT_FOUND;
      case InsufficientBalance refusal -> ErrorCode.PRECONDITION_FAILED;
      case InsufficientCoins refusal -> ErrorCode.PRECONDITION_FAILED;
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
      return account + " has a balance of " + balance + ", needed are " + needed;
    }
  }

  /** The account owns fewer coins outside of the escrow than it wants to deposit. */
  record InsufficientCoins(AccountId account, Amount coins, Amount needed) implements Refusal {
    @Override
    public String message() {
      return account + " has " + coins + " to deposit, needed are " + needed;
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

  /** The offer is for another ledger. */
  record WrongLedger(LedgerId expected, LedgerId seen) implements Refusal {
    @Override
    public String message() {
      return "the offer is for " + seen + ", this is " + expected;
    }
  }

  /** The offer was not signed by the host that it names. */
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
}
