package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.books.BlockEntries;
import cloud.zansoc.ledger.books.BlockRef;
import cloud.zansoc.ledger.books.BookAccount;
import cloud.zansoc.ledger.books.BooksOrigin;
import cloud.zansoc.ledger.books.BooksStore;
import cloud.zansoc.ledger.books.ChannelParties;
import cloud.zansoc.ledger.books.Entry;
import cloud.zansoc.ledger.books.Posting;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The books in SQL: one transaction for each block. Thread-safe. */
public final class SqlBooksStore implements BooksStore {
  private final Database database;

  /** Uses {@code database}, whose owner closes it. */
  public SqlBooksStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<BooksOrigin> origin() {
    return database.read(SqlBooksStore::origin);
  }

  @Override
  public void begin(BooksOrigin origin, BlockRef before) {
    database.run(handle -> {
      if (origin(handle).isPresent()) {
        throw new ZansocException(ErrorCode.CONFLICT, "the books have begun already");
      }
      handle
          .createUpdate(
              "INSERT INTO books_origin (id, chain, escrow, genesis)"
                  + " VALUES (1, :chain, :escrow, :genesis)")
          .bind("chain", origin.ledger().chain())
          .bind("escrow", origin.ledger().escrow().text())
          .bind("genesis", origin.genesis())
          .execute();
      insert(handle, before);
    });
  }

  @Override
  public List<BlockRef> blocks() {
    return database.read(SqlBooksStore::blocks);
  }

  @Override
  public Optional<ChannelParties> channel(String id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT client, host FROM books_channel WHERE id = :id")
            .bind("id", id)
            .map((row, context) ->
                new ChannelParties(
                    new AccountId(row.getString("client")), new AccountId(row.getString("host"))))
            .findOne());
  }

  @Override
  public void book(BlockRef previous, BlockEntries next) {
    database.run(handle -> {
      BlockRef newest = newest(handle);
      long height = next.block().height();
      if (!newest.equals(previous) || height <= newest.height()) {
        throw new ZansocException(
            ErrorCode.CONFLICT, "the newest booked block is " + newest + ", not " + previous);
      }
      insert(handle, next.block());
      insert(handle, height, next.entries());
      next.channels().forEach((id, parties) -> insert(handle, id, parties));
      add(handle, next.changes());
      handle
          .createUpdate("DELETE FROM books_block WHERE height < :oldest")
          .bind("oldest", height - KEPT_BLOCKS)
          .execute();
    });
  }

  @Override
  public void undoAbove(BlockRef ancestor) {
    database.run(handle -> {
      if (!blocks(handle).contains(ancestor)) {
        throw new ZansocException(
            ErrorCode.CONFLICT, "the books know no block " + ancestor + " to go back to");
      }
      Map<BookAccount, BigInteger> changes = new HashMap<>();
      handle
          .createQuery("SELECT account, amount FROM books_posting WHERE height > :height")
          .bind("height", ancestor.height())
          .map((row, context) -> posting(row.getString("account"), row.getString("amount")))
          .forEach(posting ->
              changes.merge(posting.account(), posting.amount().negate(), BigInteger::add));
      add(handle, changes);
      for (String table : List.of("books_posting", "books_entry", "books_block")) {
        handle
            .createUpdate("DELETE FROM " + table + " WHERE height > :height")
            .bind("height", ancestor.height())
            .execute();
      }
      handle.execute(
          "DELETE FROM books_balance WHERE amount = '0' AND NOT EXISTS"
              + " (SELECT 1 FROM books_posting p WHERE p.account = books_balance.account)");
    });
  }

  @Override
  public Balances balances() {
    return database.read(handle -> {
      Map<BookAccount, BigInteger> amounts = new HashMap<>();
      handle
          .createQuery("SELECT account, amount FROM books_balance")
          .map((row, context) ->
              Map.entry(
                  BookAccount.parse(row.getString("account")),
                  new BigInteger(row.getString("amount"))))
          .forEach(balance -> amounts.put(balance.getKey(), balance.getValue()));
      return new Balances(newest(handle), amounts);
    });
  }

  @Override
  public List<BookedEntry> entries(BookAccount account, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT e.height, e.log, e.transaction_hash, e.event FROM books_entry e"
                    + " WHERE EXISTS (SELECT 1 FROM books_posting p WHERE p.account = :account"
                    + " AND p.height = e.height AND p.log = e.log)"
                    + " ORDER BY e.height DESC, e.log DESC LIMIT :limit")
            .bind("account", account.text())
            .bind("limit", limit)
            .map((row, context) -> {
              long height = row.getLong("height");
              int log = row.getInt("log");
              return new BookedEntry(
                  height,
                  new Entry(
                      log,
                      row.getString("transaction_hash"),
                      row.getString("event"),
                      postings(handle, height, log)));
            })
            .list());
  }

  private static Optional<BooksOrigin> origin(Handle handle) {
    return handle
        .createQuery("SELECT chain, escrow, genesis FROM books_origin")
        .map((row, context) ->
            new BooksOrigin(
                new LedgerId(row.getLong("chain"), new AccountId(row.getString("escrow"))),
                row.getString("genesis")))
        .findOne();
  }

  private static List<BlockRef> blocks(Handle handle) {
    return handle
        .createQuery("SELECT height, hash FROM books_block ORDER BY height DESC")
        .map((row, context) -> new BlockRef(row.getLong("height"), row.getString("hash")))
        .list();
  }

  private static BlockRef newest(Handle handle) {
    return blocks(handle).stream()
        .findFirst()
        .orElseThrow(() -> new ZansocException(ErrorCode.CONFLICT, "the books have not begun"));
  }

  private static List<Posting> postings(Handle handle, long height, int log) {
    return handle
        .createQuery(
            "SELECT account, amount FROM books_posting"
                + " WHERE height = :height AND log = :log ORDER BY line")
        .bind("height", height)
        .bind("log", log)
        .map((row, context) -> posting(row.getString("account"), row.getString("amount")))
        .list();
  }

  private static Posting posting(String account, String amount) {
    return new Posting(BookAccount.parse(account), new BigInteger(amount));
  }

  private static void insert(Handle handle, BlockRef block) {
    handle
        .createUpdate("INSERT INTO books_block (height, hash) VALUES (:height, :hash)")
        .bind("height", block.height())
        .bind("hash", block.hash())
        .execute();
  }

  private static void insert(Handle handle, String id, ChannelParties parties) {
    handle
        .createUpdate(
            "INSERT INTO books_channel (id, client, host) VALUES (:id, :client, :host)"
                + " ON CONFLICT (id) DO NOTHING")
        .bind("id", id)
        .bind("client", parties.client().text())
        .bind("host", parties.host().text())
        .execute();
  }

  private static void insert(Handle handle, long height, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    PreparedBatch events =
        handle.prepareBatch(
            "INSERT INTO books_entry (height, log, transaction_hash, event)"
                + " VALUES (:height, :log, :transaction, :event)");
    PreparedBatch postings =
        handle.prepareBatch(
            "INSERT INTO books_posting (height, log, line, account, amount)"
                + " VALUES (:height, :log, :line, :account, :amount)");
    for (Entry entry : entries) {
      events
          .bind("height", height)
          .bind("log", entry.log())
          .bind("transaction", entry.transaction())
          .bind("event", entry.event())
          .add();
      for (int line = 0; line < entry.postings().size(); line++) {
        Posting posting = entry.postings().get(line);
        postings
            .bind("height", height)
            .bind("log", entry.log())
            .bind("line", line)
            .bind("account", posting.account().text())
            .bind("amount", posting.amount().toString())
            .add();
      }
    }
    events.execute();
    postings.execute();
  }

  private static void add(Handle handle, Map<BookAccount, BigInteger> changes) {
    changes.forEach((account, change) -> {
      BigInteger sum = balance(handle, account).add(change);
      if (account.kind().ends() && sum.signum() == 0) {
        handle
            .createUpdate("DELETE FROM books_balance WHERE account = :account")
            .bind("account", account.text())
            .execute();
      } else {
        handle
            .createUpdate(
                "INSERT INTO books_balance (account, amount) VALUES (:account, :amount)"
                    + " ON CONFLICT (account) DO UPDATE SET amount = excluded.amount")
            .bind("account", account.text())
            .bind("amount", sum.toString())
            .execute();
      }
    });
  }

  private static BigInteger balance(Handle handle, BookAccount account) {
    return handle
        .createQuery("SELECT amount FROM books_balance WHERE account = :account")
        .bind("account", account.text())
        .mapTo(String.class)
        .findOne()
        .map(BigInteger::new)
        .orElse(BigInteger.ZERO);
  }
}
