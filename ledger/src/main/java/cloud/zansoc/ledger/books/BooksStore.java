package cloud.zansoc.ledger.books;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where books are kept. Thread-safe. What a method has done is durable when it returns, and done
 * wholly or not at all, also when the process dies.
 */
public interface BooksStore {
  /**
   * How many blocks below the newest are kept with their hashes and can be undone. Of older ones
   * the entries stay.
   */
  int KEPT_BLOCKS = 128;

  /** What the books are of; empty before they begin. */
  Optional<BooksOrigin> origin();

  /**
   * Begins books.
   *
   * @param before the block after which they begin
   * @throws cloud.zansoc.base.ZansocException CONFLICT if they have begun
   */
  void begin(BooksOrigin origin, BlockRef before);

  /** The blocks that can be gone back to, the newest, up to which all is booked, first. */
  List<BlockRef> blocks();

  /** Who a channel belongs to that was funded in a block which is or was booked. */
  Optional<ChannelParties> channel(String id);

  /**
   * Books a block.
   *
   * @param previous the newest block at present
   * @param next a higher one; what lies between has moved nothing
   * @throws cloud.zansoc.base.ZansocException CONFLICT if another block is the newest
   */
  void book(BlockRef previous, BlockEntries next);

  /**
   * Removes all that was booked above a block, which is the newest then.
   *
   * @param ancestor one of {@link #blocks}
   * @throws cloud.zansoc.base.ZansocException CONFLICT if it is none of them
   */
  void undoAbove(BlockRef ancestor);

  /**
   * What the accounts have after the newest block: all that an entry touches, but for those whose
   * kind {@link BookAccount.Kind#ends} and that have nothing.
   */
  Balances balances();

  /** The entries that touch an account, the newest first. */
  List<BookedEntry> entries(BookAccount account, int limit);

  /**
   * What accounts have.
   *
   * @param block after this one
   */
  record Balances(BlockRef block, Map<BookAccount, BigInteger> amounts) {
    public Balances {
      amounts = Map.copyOf(amounts);
    }
  }

  /** An entry with the height of its block. */
  record BookedEntry(long height, Entry entry) {}
}
