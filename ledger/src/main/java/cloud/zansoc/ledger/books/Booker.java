package cloud.zansoc.ledger.books;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Books what happens on a chain: block by block, each in one transaction together with how far the
 * books are, so that a process can die at any moment and another goes on where it was.
 *
 * <p>A block that the chain has given up is undone before others are booked. Thread-safe; calls
 * wait for one another.
 */
public final class Booker {
  /** How often a chain may change its mind in one call. */
  private static final int MAX_TURNS = 16;

  private final BooksChain chain;
  private final BooksStore store;

  /** Held over I/O on purpose: two that book at once would only undo each other's work. */
  private final ReentrantLock turn = new ReentrantLock(true);

  public Booker(BooksChain chain, BooksStore store) {
    this.chain = chain;
    this.store = store;
  }

  /**
   * What a call has done.
   *
   * @param newest up to which block all is booked now
   * @param entries how many were booked
   * @param undone how many blocks were undone that the books had and the chain has no more
   */
  public record Progress(BlockRef newest, long entries, long undone) {}

  /**
   * Books all up to the chain's newest block.
   *
   * @throws ZansocException PRECONDITION_FAILED where it is not the chain that the books are of, or
   *     has given up more blocks than can be undone; UNSUPPORTED where a block has an event that
   *     the books have no rule for: they stop before that block; UNREACHABLE where the chain is
   *     away. In each case all that was booked before stays right
   */
  public Progress catchUp() {
    turn.lock();
    try {
      checkOrigin();
      long entries = 0;
      long undone = 0;
      for (int i = 0; i < MAX_TURNS; i++) {
        undone += undoWhatIsGone();
        Advance advance = advance();
        entries += advance.entries();
        if (advance.arrived()) {
          return new Progress(store.blocks().getFirst(), entries, undone);
        }
      }
      throw new ZansocException(
          ErrorCode.TIMED_OUT,
          "the chain's newest blocks changed " + MAX_TURNS + " times meanwhile");
    } finally {
      turn.unlock();
    }
  }

  private record Advance(long entries, boolean arrived) {}

  private void checkOrigin() {
    BooksOrigin there = chain.origin();
    Optional<BooksOrigin> known = store.origin();
    if (known.isEmpty()) {
      store.begin(there, new BlockRef(0, there.genesis()));
    } else if (!known.get().equals(there)) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "the books are of %s, but the node is of %s: nothing is booked until the right chain is back, or the books begin anew in an empty database"
              .formatted(known.get(), there));
    }
  }

  /** Goes back to the newest block that books and chain have in common. */
  private long undoWhatIsGone() {
    List<BlockRef> known = store.blocks();
    BlockRef common =
        known.stream()
            .filter(block -> chain.block(block.height()).equals(Optional.of(block)))
            .findFirst()
            .orElseThrow(() -> tooDeep(known));
    int undone = known.indexOf(common);
    if (undone > 0) {
      store.undoAbove(common);
    }
    return undone;
  }

  private ZansocException tooDeep(List<BlockRef> known) {
    return new ZansocException(
        ErrorCode.PRECONDITION_FAILED,
        "the chain, whose newest block is %s, has none of the blocks %s to %s that the books know: it was replaced or reset. Nothing was changed"
            .formatted(chain.newest(), known.getLast(), known.getFirst()));
  }

  private Advance advance() {
    long entries = 0;
    while (true) {
      BlockRef newest = store.blocks().getFirst();
      long missing = chain.newest().height() - newest.height();
      if (missing <= 0) {
        return new Advance(entries, missing == 0 || isOnChain(newest));
      }
      switch (chain.next(newest, count(missing), store::channel)) {
        case BooksChain.Next.Moved() -> {
          return new Advance(entries, false);
        }
        case BooksChain.Next.Blocks(List<BlockEntries> blocks) -> entries += book(newest, blocks);
      }
    }
  }

  private boolean isOnChain(BlockRef block) {
    return chain.block(block.height()).equals(Optional.of(block));
  }

  /** Many at once while none of them is likely to be given up, then one by one. */
  private static int count(long missing) {
    long settled = missing - BooksStore.KEPT_BLOCKS;
    return Math.clamp(settled, 1, BooksChain.MAX_BLOCKS);
  }

  private long book(BlockRef newest, List<BlockEntries> blocks) {
    BlockRef previous = newest;
    long entries = 0;
    for (BlockEntries block : blocks) {
      store.book(previous, block);
      previous = block.block();
      entries += block.entries().size();
    }
    return entries;
  }
}
