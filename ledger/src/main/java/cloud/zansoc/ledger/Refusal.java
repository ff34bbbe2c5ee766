package cloud.zansoc.ledger;

import cloud.zansoc.base.ErrorCode;
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
      case WrongSigner refusal -> ErrorCode.WRONG_KEY;
      case NotOffered refusal -> ErrorCode.FORBIDDEN;
      case NotParty refusal -> ErrorCode.FORBIDDEN;
      case LeaseNotOpen refusal -> ErrorCode.NOT_FOUND;
      case InsufficientBalance refusal -> ErrorCode.PRECONDITION_FAILED;
      case InsufficientCoins refusal -> ErrorCode.PRECONDITION_FAILED;
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
