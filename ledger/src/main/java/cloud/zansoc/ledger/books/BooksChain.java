package cloud.zansoc.ledger.books;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What books see of a chain. Safe to use from many threads; calls block on a network. Failures are
 * {@link cloud.zansoc.base.ZansocException}s: UNREACHABLE where the node does not answer.
 */
public interface BooksChain extends AutoCloseable {
  /** The most blocks that one call of {@link #next} reads. */
  int MAX_BLOCKS = 2000;

  /** Which ledger of which chain it is. */
  BooksOrigin origin();

  /** The newest block. */
  BlockRef newest();

  /** The block at a height, on the branch that the node holds to be the chain. */
  Optional<BlockRef> block(long height);

  /**
   * Reads the blocks behind one.
   *
   * @param count how many, at most {@link #MAX_BLOCKS}; fewer may be read
   * @param channels who a channel belongs to that was funded before
   * @throws cloud.zansoc.base.ZansocException UNSUPPORTED where a contract has said something that
   *     the books have no rule for
   */
  Next next(BlockRef after, int count, Function<String, Optional<ChannelParties>> channels);

  /**
   * What the contracts say that accounts have, after a block: of {@link BookAccount.Kind#OUTSIDE}
   * the escrow's coins, negative; of {@link BookAccount.Kind#TRANSIT} all that the escrow holds for
   * the module; of {@link BookAccount.Kind#UNASSIGNED}, of which no contract knows, zero.
   *
   * @throws cloud.zansoc.base.ZansocException GONE where the node has not, or no longer, the state
   *     of that block
   */
  Map<BookAccount, BigInteger> holdings(BlockRef block, Collection<BookAccount> accounts);

  /**
   * The modules for which the escrow holds coins, each with the kinds of account it divides into.
   */
  Map<BookAccount, List<BookAccount.Kind>> modules();

  /** Ends the connections to the chain. */
  @Override
  void close();

  /** What came of reading on. */
  sealed interface Next {
    /**
     * The blocks, ascending: at least the last that was read, and all that have moved something.
     */
    record Blocks(List<BlockEntries> blocks) implements Next {
      public Blocks {
        blocks = List.copyOf(blocks);
      }
    }

    /** The block to read on from is not, or no longer, on the chain, or has none behind it. */
    record Moved() implements Next {}
  }
}
