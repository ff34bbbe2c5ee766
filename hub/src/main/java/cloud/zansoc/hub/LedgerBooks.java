package cloud.zansoc.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.api.Books;
import cloud.zansoc.ledger.books.BlockRef;
import cloud.zansoc.ledger.books.Booker;
import cloud.zansoc.ledger.books.BooksChain;
import cloud.zansoc.ledger.books.BooksStore;
import cloud.zansoc.ledger.books.Reconciliation;
import cloud.zansoc.net.node.BooksView;
import cloud.zansoc.net.node.ReconciliationView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the books of the ledger at the chain's newest block and compares them with the chain.
 * Thread-safe.
 *
 * <p>A hub works on while its chain is away: the chain is asked again after a pause that doubles up
 * to a minute.
 */
final class LedgerBooks implements Books, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerBooks.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int MAX_DOUBLINGS = 6;

  private final Supplier<BooksChain> connect;
  private final BooksStore store;
  private final InstantSource clock;

  /** Guards all that follow; not held while the chain is asked. */
  private final ReentrantLock lock = new ReentrantLock();

  private Optional<Connected> connected = Optional.empty();
  private Optional<String> failure = Optional.empty();
  private Optional<ReconciliationView> reconciled = Optional.empty();
  private int failures;
  private Instant nextTry = Instant.MIN;

  /**
   * @param connect reaches the chain; asked again until it succeeds
   */
  LedgerBooks(Supplier<BooksChain> connect, BooksStore store, InstantSource clock) {
    this.connect = connect;
    this.store = store;
    this.clock = clock;
  }

  /** What works on a chain that was reached. */
  private record Connected(BooksChain chain, Booker booker, Reconciliation reconciliation) {}

  /** Books what is new, unless a failure was too short a time ago. */
  void follow() {
    if (!isDue()) {
      return;
    }
    try {
      Booker.Progress progress = connected().booker().catchUp();
      succeeded();
      if (progress.undone() > 0) {
        LOG.warn(
            "the chain gave {} blocks up; the books went back with it and are at block {}",
            progress.undone(),
            progress.newest());
      }
    } catch (ZansocException e) {
      failed(e);
    }
  }

  /** Compares, and reports each difference as an error. */
  void compare() {
    if (!isDue()) {
      return;
    }
    try {
      reconcile();
    } catch (ZansocException e) {
      failed(e);
    }
  }

  @Override
  public ReconciliationView reconcile() {
    ReconciliationView view = view(connected().reconciliation().run());
    for (ReconciliationView.Difference difference : view.differences()) {
      LOG.error(
          "books and chain differ at block {} about {}: {} units in the books, {} on the chain",
          view.block(),
          difference.account(),
          difference.books(),
          difference.chain());
    }
    lock.lock();
    try {
      reconciled = Optional.of(view);
    } finally {
      lock.unlock();
    }
    return view;
  }

  @Override
  public BooksView view() {
    Optional<Long> block = store.blocks().stream().findFirst().map(BlockRef::height);
    lock.lock();
    try {
      return new BooksView(block, failure, reconciled);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the connection to the chain; nothing is asked meanwhile or later. */
  @Override
  public void close() {
    lock.lock();
    try {
      connected.ifPresent(there -> there.chain().close());
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue() {
    lock.lock();
    try {
      return !clock.instant().isBefore(nextTry);
    } finally {
      lock.unlock();
    }
  }

  private Connected connected() {
    lock.lock();
    try {
      if (connected.isPresent()) {
        return connected.get();
      }
    } finally {
      lock.unlock();
    }
    BooksChain chain = connect.get();
    Booker booker = new Booker(chain, store);
    Connected now = new Connected(chain, booker, new Reconciliation(booker, chain, store));
    lock.lock();
    try {
      if (connected.isPresent()) {
        chain.close();
      } else {
        connected = Optional.of(now);
      }
      return connected.get();
    } finally {
      lock.unlock();
    }
  }

  private void succeeded() {
    lock.lock();
    try {
      failures = 0;
      failure = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void failed(ZansocException e) {
    String message = String.valueOf(e.getMessage());
    lock.lock();
    try {
      failures = Math.min(failures + 1, MAX_DOUBLINGS);
      Duration pause = Duration.ofSeconds(1L << failures);
      nextTry = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
      if (failure.equals(Optional.of(message))) {
        return;
      }
      failure = Optional.of(message);
    } finally {
      lock.unlock();
    }
    if (e.code() == ErrorCode.UNREACHABLE) {
      LOG.warn("the ledger's chain is away, its books wait: {}", message);
    } else {
      LOG.error("the books of the ledger have stopped: {}", message);
    }
  }

  private ReconciliationView view(Reconciliation.Report report) {
    return new ReconciliationView(
        report.block().height(),
        report.block().hash(),
        clock.instant(),
        report.accounts(),
        report.coins().toString(),
        report.unassigned().toString(),
        report.differences().stream()
            .map(difference ->
                new ReconciliationView.Difference(
                    difference.account().text(),
                    difference.books().toString(),
                    difference.chain().toString()))
            .toList());
  }
}
