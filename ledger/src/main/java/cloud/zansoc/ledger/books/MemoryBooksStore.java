package cloud.zansoc.ledger.books;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Books in memory, which end with the process: the naive model of the others. */
public final class MemoryBooksStore implements BooksStore {
  /** Guards all that follow. */
  private final ReentrantLock lock = new ReentrantLock();

  private final List<BooksOrigin> origins = new ArrayList<>();
  private final NavigableMap<Long, BlockEntries> booked = new TreeMap<>();
  private final NavigableMap<Long, BlockRef> blocks = new TreeMap<>();
  private final Map<String, ChannelParties> channels = new HashMap<>();

  @Override
  public Optional<BooksOrigin> origin() {
    return locked(() -> origins.stream().findFirst());
  }

  @Override
  public void begin(BooksOrigin origin, BlockRef before) {
    locked(() -> {
      if (!origins.isEmpty()) {
        throw new ZansocException(ErrorCode.CONFLICT, "the books have begun already");
      }
      origins.add(origin);
      return blocks.put(before.height(), before);
    });
  }

  @Override
  public List<BlockRef> blocks() {
    return locked(() -> List.copyOf(blocks.descendingMap().values()));
  }

  @Override
  public Optional<ChannelParties> channel(String id) {
    return locked(() -> Optional.ofNullable(channels.get(id)));
  }

  @Override
  public void book(BlockRef previous, BlockEntries next) {
    locked(() -> {
      BlockRef newest = newest();
      long height = next.block().height();
      if (!newest.equals(previous) || height <= newest.height()) {
        throw new ZansocException(
            ErrorCode.CONFLICT, "the newest booked block is " + newest + ", not " + previous);
      }
      booked.put(height, next);
      channels.putAll(next.channels());
      blocks.headMap(height - KEPT_BLOCKS, false).clear();
      return blocks.put(height, next.block());
    });
  }

  @Override
  public void undoAbove(BlockRef ancestor) {
    locked(() -> {
      if (!blocks.containsValue(ancestor)) {
        throw new ZansocException(
            ErrorCode.CONFLICT, "the books know no block " + ancestor + " to go back to");
      }
      booked.tailMap(ancestor.height(), false).clear();
      blocks.tailMap(ancestor.height(), false).clear();
      return ancestor;
    });
  }

  @Override
  public Balances balances() {
    return locked(() -> {
      Map<BookAccount, BigInteger> amounts = new HashMap<>();
      booked
          .values()
          .forEach(block ->
              block
                  .changes()
                  .forEach((account, change) -> amounts.merge(account, change, BigInteger::add)));
      amounts.entrySet().removeIf(e -> e.getValue().signum() == 0 && e.getKey().kind().ends());
      return new Balances(newest(), amounts);
    });
  }

  @Override
  public List<BookedEntry> entries(BookAccount account, int limit) {
    return locked(() ->
        booked.descendingMap().values().stream()
            .flatMap(block ->
                block.entries().reversed().stream()
                    .map(entry -> new BookedEntry(block.block().height(), entry)))
            .filter(booked ->
                booked.entry().postings().stream().anyMatch(p -> p.account().equals(account)))
            .limit(limit)
            .toList());
  }

  private BlockRef newest() {
    if (blocks.isEmpty()) {
      throw new ZansocException(ErrorCode.CONFLICT, "the books have not begun");
    }
    return blocks.lastEntry().getValue();
  }

  private <T extends @org.jspecify.annotations.Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
