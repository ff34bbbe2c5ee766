package cloud.zansoc.ledger.books;

import cloud.zansoc.ledger.AccountId;
import java.util.Locale;

/**
 * Whose or what for coins in the escrow are. What an account has is what the escrow owes to it;
 * only {@link Kind#OUTSIDE} is negative, by all coins that the escrow has.
 *
 * @param id an address or a digest, as 0x and lower-case digits; empty where there is one account
 *     of the kind
 */
public record BookAccount(Kind kind, String id) {
  /** Everything that is not in the escrow. */
  public static final BookAccount OUTSIDE = new BookAccount(Kind.OUTSIDE, "");

  /** Coins that the escrow has and nobody was credited with: sent to its address, not deposited. */
  public static final BookAccount UNASSIGNED = new BookAccount(Kind.UNASSIGNED, "");

  /** Rewards that were minted and not claimed. */
  public static final BookAccount REWARDS = new BookAccount(Kind.REWARDS, "");

  /** What an account is for. The names are kept in databases. */
  public enum Kind {
    OUTSIDE(Id.NONE, false),
    UNASSIGNED(Id.NONE, false),
    REWARDS(Id.NONE, false),
    /** What an address can withdraw. */
    BALANCE(Id.ADDRESS, false),
    /** Prepaid to a lease and not settled. */
    LEASE(Id.DIGEST, true),
    /** In a channel of vouchers and not redeemed. */
    CHANNEL(Id.DIGEST, true),
    /** A host's stake. */
    STAKE(Id.ADDRESS, false),
    /** What a host takes out of its stake and cannot have yet. */
    THAWING(Id.ADDRESS, false),
    /** Prepaid to a storage deal for periods that are neither proven nor faulted. */
    DEAL(Id.DIGEST, true),
    /**
     * Between the escrow's account of a module and the module's own: zero after each transaction.
     */
    TRANSIT(Id.ADDRESS, false);

    private final Id id;
    private final boolean ends;

    Kind(Id id, boolean ends) {
      this.id = id;
      this.ends = ends;
    }

    /** Whether an account of this kind that has come to nothing is over and is left out. */
    public boolean ends() {
      return ends;
    }
  }

  private enum Id {
    NONE(""),
    ADDRESS("0x[0-9a-f]{40}"),
    DIGEST("0x[0-9a-f]{64}");

    private final String pattern;

    Id(String pattern) {
      this.pattern = pattern;
    }
  }

  /**
   * Refuses an id that is none of the kind's.
   *
   * @throws IllegalArgumentException if it is none
   */
  public BookAccount {
    if (!id.matches(kind.id.pattern)) {
      throw new IllegalArgumentException("no account of kind " + kind + " has the id '" + id + "'");
    }
  }

  /** What an address can withdraw. */
  public static BookAccount balance(AccountId account) {
    return new BookAccount(Kind.BALANCE, account.text());
  }

  /** A host's stake. */
  public static BookAccount stake(AccountId host) {
    return new BookAccount(Kind.STAKE, host.text());
  }

  /** What of a host's stake thaws. */
  public static BookAccount thawing(AccountId host) {
    return new BookAccount(Kind.THAWING, host.text());
  }

  /** What is on its way between escrow and module. */
  public static BookAccount transit(AccountId module) {
    return new BookAccount(Kind.TRANSIT, module.text());
  }

  /** Reads {@link #text}; throws IllegalArgumentException where it is none. */
  public static BookAccount parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    return new BookAccount(
        Kind.valueOf(kind.toUpperCase(Locale.ROOT)), colon < 0 ? "" : text.substring(colon + 1));
  }

  /** As it is kept and shown: {@code balance:0x…}, {@code rewards}. */
  public String text() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return id.isEmpty() ? name : name + ":" + id;
  }

  @Override
  public String toString() {
    return text();
  }
}
