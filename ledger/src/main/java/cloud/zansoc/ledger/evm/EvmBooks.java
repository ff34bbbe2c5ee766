package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.books.BlockEntries;
import cloud.zansoc.ledger.books.BlockRef;
import cloud.zansoc.ledger.books.BookAccount;
import cloud.zansoc.ledger.books.BookAccount.Kind;
import cloud.zansoc.ledger.books.BooksChain;
import cloud.zansoc.ledger.books.BooksOrigin;
import cloud.zansoc.ledger.books.ChannelParties;
import cloud.zansoc.ledger.books.Entry;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The contracts of a ledger as its books see them.
 *
 * <p>Blocks near the tip are read one by one, by their hashes, so that an answer cannot be put
 * together from two branches. Older ones are read many at once, between two looks at the hashes on
 * both ends.
 */
public final class EvmBooks implements BooksChain {
  /** The most events that are taken at once; with more, fewer blocks are read. */
  private static final int MAX_EVENTS = 20_000;

  private final EvmChain chain;
  private final ChainHistory history;
  private final LedgerContracts contracts;
  private final BooksOrigin origin;
  private final EventPostings postings;
  private final BookViews views;

  EvmBooks(EvmChain chain, LedgerContracts contracts) {
    this.chain = chain;
    this.history = new ChainHistory(chain);
    this.contracts = contracts;
    this.origin = new BooksOrigin(new LedgerId(chain.id(), contracts.escrow()), genesis().hash());
    this.postings = new EventPostings(contracts);
    this.views = new BookViews(contracts);
  }

  /**
   * The contracts around an escrow; PRECONDITION_FAILED where there is none.
   *
   * @param chain closed together with this
   */
  public static EvmBooks of(EvmChain chain, AccountId escrow) {
    return new EvmBooks(chain, LedgerContracts.of(chain, escrow));
  }

  @Override
  public void close() {
    chain.close();
  }

  /** Asked anew, since a node can be replaced while a process runs. */
  @Override
  public BooksOrigin origin() {
    return new BooksOrigin(origin.ledger(), genesis().hash());
  }

  private BlockRef genesis() {
    return block(0)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.PRECONDITION_FAILED, "the chain's node does not know its first block"));
  }

  @Override
  public BlockRef newest() {
    return history.newest().block();
  }

  @Override
  public Optional<BlockRef> block(long height) {
    return history.header(height).map(ChainHistory.Header::block);
  }

  @Override
  public Next next(BlockRef after, int count, Function<String, Optional<ChannelParties>> channels) {
    for (int blocks = Math.min(count, MAX_BLOCKS); blocks > 1; blocks /= 2) {
      Optional<Next> many = many(after, blocks, channels);
      if (many.isPresent()) {
        return many.get();
      }
    }
    return one(after, channels);
  }

  private Next one(BlockRef after, Function<String, Optional<ChannelParties>> channels) {
    Optional<ChainHistory.Header> header =
        history.header(after.height() + 1).filter(next -> next.parent().equals(after.hash()));
    if (header.isEmpty()) {
      return new Next.Moved();
    }
    BlockRef block = header.get().block();
    List<ChainHistory.Event> events = new ArrayList<>();
    for (Map<String, Object> filter : filters()) {
      Optional<List<ChainHistory.Event>> found = history.eventsOf(block, filter);
      if (found.isEmpty()) {
        return new Next.Moved();
      }
      events.addAll(found.get());
    }
    return new Next.Blocks(new Batch(channels).blocks(events, block));
  }

  /** Empty where these are too many blocks at once. */
  private Optional<Next> many(
      BlockRef after, int count, Function<String, Optional<ChannelParties>> channels) {
    long to = after.height() + count;
    Optional<BlockRef> last = block(to);
    List<ChainHistory.Event> events = new ArrayList<>();
    for (Map<String, Object> filter : filters()) {
      Optional<List<ChainHistory.Event>> found = history.eventsOf(after.height() + 1, to, filter);
      if (found.isEmpty() || events.size() + found.get().size() > MAX_EVENTS) {
        return Optional.empty();
      }
      events.addAll(found.get());
    }
    boolean still =
        last.isPresent()
            && block(to).equals(last)
            && block(after.height()).equals(Optional.of(after));
    return Optional.of(
        still ? new Next.Blocks(new Batch(channels).blocks(events, last.get())) : new Next.Moved());
  }

  /** All events of our contracts, and the coin's transfers out of and into the escrow. */
  private List<Map<String, Object>> filters() {
    String escrow = "0x" + "0".repeat(24) + contracts.escrow().text().substring(2);
    List<Object> from = List.of(EventPostings.TRANSFER, escrow);
    List<Object> to = Arrays.asList(EventPostings.TRANSFER, null, escrow);
    return List.of(
        Map.of("address", addresses(contracts.escrow(), contracts.registry(), contracts.deals())),
        Map.of("address", addresses(contracts.coin()), "topics", from),
        Map.of("address", addresses(contracts.coin()), "topics", to));
  }

  private static List<String> addresses(AccountId... accounts) {
    return Arrays.stream(accounts).map(AccountId::text).toList();
  }

  @Override
  public Map<BookAccount, List<Kind>> modules() {
    return Map.of(
        BookAccount.transit(contracts.registry()),
        List.of(Kind.STAKE, Kind.THAWING),
        BookAccount.transit(contracts.deals()),
        List.of(Kind.DEAL));
  }

  @Override
  public Map<BookAccount, BigInteger> holdings(BlockRef block, Collection<BookAccount> accounts) {
    List<BookAccount> asked =
        accounts.stream().filter(account -> account.kind() != Kind.UNASSIGNED).toList();
    List<Words> answers = history.read(block, asked.stream().map(views::view).toList());
    Map<BookAccount, BigInteger> holdings = new HashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      holdings.put(asked.get(i), BookViews.amount(asked.get(i).kind(), answers.get(i)));
    }
    return holdings;
  }

  /** Turns the events of some blocks into entries. Not thread-safe. */
  private final class Batch {
    private final Function<String, Optional<ChannelParties>> before;
    private final Map<String, ChannelParties> funded = new HashMap<>();

    Batch(Function<String, Optional<ChannelParties>> before) {
      this.before = before;
    }

    /** The blocks with entries, and the last one in any case. */
    List<BlockEntries> blocks(List<ChainHistory.Event> events, BlockRef last) {
      NavigableMap<BlockRef, List<ChainHistory.Event>> byBlock =
          new TreeMap<>(Comparator.comparingLong(BlockRef::height).thenComparing(BlockRef::hash));
      byBlock.put(last, new ArrayList<>());
      events.forEach(
          event -> byBlock.computeIfAbsent(event.block(), key -> new ArrayList<>()).add(event));
      List<BlockEntries> blocks = new ArrayList<>();
      byBlock.forEach((block, its) -> blocks.add(entries(block, its)));
      return blocks;
    }

    private BlockEntries entries(BlockRef block, List<ChainHistory.Event> events) {
      NavigableMap<Integer, ChainHistory.Event> ordered = new TreeMap<>();
      events.forEach(event -> ordered.put(event.number(), event));
      List<Entry> entries = new ArrayList<>();
      Map<String, ChannelParties> channels = new HashMap<>();
      for (ChainHistory.Event event : ordered.values()) {
        EventPostings.funded(event.log())
            .ifPresent(parties -> channels.put(event.log().indexed().lease(0).text(), parties));
        funded.putAll(channels);
        EventPostings.Moved moved = moved(event);
        if (!moved.postings().isEmpty()) {
          entries.add(
              new Entry(event.number(), event.transaction(), moved.event(), moved.postings()));
        }
      }
      return new BlockEntries(block, entries, channels);
    }

    private EventPostings.Moved moved(ChainHistory.Event event) {
      return postings
          .of(event.log(), id -> Optional.ofNullable(funded.get(id)).or(() -> before.apply(id)))
          .orElseThrow(() ->
              new ZansocException(
                  ErrorCode.UNSUPPORTED,
                  "the books have no rule for event %s of contract %s, log %d of block %s; they stop before that block"
                      .formatted(
                          event.log().topics(),
                          event.log().contract(),
                          event.number(),
                          event.block())));
    }
  }
}
