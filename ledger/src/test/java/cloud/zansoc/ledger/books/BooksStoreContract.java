package cloud.zansoc.ledger.books;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LedgerId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of books does. */
public abstract class BooksStoreContract {
  private static final AccountId ANN = new AccountId("0x" + "a1".repeat(20));
  private static final AccountId BOB = new AccountId("0x" + "b2".repeat(20));
  private static final String DIGEST = "0x" + "d3".repeat(32);
  private static final BookAccount OF_ANN = BookAccount.balance(ANN);
  private static final BookAccount LEASE = new BookAccount(BookAccount.Kind.LEASE, DIGEST);
  private static final BlockRef START = block(10, 0);
  private static final BooksOrigin ORIGIN = new BooksOrigin(new LedgerId(31337, BOB), DIGEST);

  private BooksStore store = new MemoryBooksStore();

  /** A store without books. */
  protected abstract BooksStore empty();

  /** The same store, opened again as after the end of its process. */
  protected abstract BooksStore reopened();

  @BeforeEach
  final void begin() {
    store = empty();
    store.begin(ORIGIN, START);
  }

  private static BlockRef block(long height, int branch) {
    return new BlockRef(height, "0x%032x%032x".formatted(branch, height));
  }

  private static Entry entry(int log, BookAccount from, BookAccount to, BigInteger amount) {
    return new Entry(
        log,
        DIGEST,
        "Deposited",
        List.of(new Posting(from, amount.negate()), new Posting(to, amount)));
  }

  private static BlockEntries entries(BlockRef block, Entry... entries) {
    return new BlockEntries(block, List.of(entries), Map.of());
  }

  private static BlockEntries deposit(BlockRef block, long amount) {
    return entries(block, entry(0, BookAccount.OUTSIDE, OF_ANN, BigInteger.valueOf(amount)));
  }

  private static ErrorCode failure(ThrowingCallable call) {
    ZansocException failure = catchThrowableOfType(ZansocException.class, call);
    assertThat(failure).isNotNull();
    return failure.code();
  }

  private BigInteger of(BookAccount account) {
    return store.balances().amounts().getOrDefault(account, BigInteger.ZERO);
  }

  @Test
  void origin_ofBooksThatBegan_isKept() {
    assertThat(store.origin()).contains(ORIGIN);
    assertThat(reopened().origin()).contains(ORIGIN);
    assertThat(store.blocks()).containsExactly(START);
    assertThat(store.balances()).isEqualTo(new BooksStore.Balances(START, Map.of()));
  }

  @Test
  void begin_again_isRefused() {
    BooksOrigin other = new BooksOrigin(new LedgerId(1, ANN), DIGEST);

    assertThat(failure(() -> store.begin(other, START))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(store.origin()).contains(ORIGIN);
  }

  @Test
  void book_twoBlocks_sumsThem() {
    store.book(START, deposit(block(11, 0), 7));
    store.book(block(11, 0), deposit(block(14, 0), 5));

    assertThat(store.blocks()).containsExactly(block(14, 0), block(11, 0), START);
    assertThat(store.balances())
        .isEqualTo(
            new BooksStore.Balances(
                block(14, 0),
                Map.of(
                    OF_ANN, BigInteger.valueOf(12), BookAccount.OUTSIDE, BigInteger.valueOf(-12))));
    assertThat(reopened().balances()).isEqualTo(store.balances());
  }

  @Test
  void book_theSameBlockAgain_isRefusedAndChangesNothing() {
    store.book(START, deposit(block(11, 0), 7));

    assertThat(failure(() -> store.book(START, deposit(block(11, 0), 7))))
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(failure(() -> store.book(block(11, 0), deposit(block(11, 0), 7))))
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(of(OF_ANN)).isEqualTo(7);
    assertThat(store.entries(OF_ANN, 10)).hasSize(1);
  }

  @Test
  void book_onABlockOfAnotherBranch_isRefused() {
    store.book(START, deposit(block(11, 0), 7));

    assertThat(failure(() -> store.book(block(11, 1), deposit(block(12, 1), 7))))
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(of(OF_ANN)).isEqualTo(7);
  }

  @Test
  void book_theLargestAmounts_losesNoUnit() {
    BigInteger largest = Amount.LARGEST.units();
    store.book(
        START,
        entries(
            block(11, 0),
            entry(0, BookAccount.OUTSIDE, OF_ANN, largest),
            entry(1, BookAccount.OUTSIDE, OF_ANN, largest)));
    store.book(
        block(11, 0), entries(block(12, 0), entry(0, OF_ANN, BookAccount.OUTSIDE, BigInteger.ONE)));

    BigInteger expected = largest.multiply(BigInteger.TWO).subtract(BigInteger.ONE);
    assertThat(of(OF_ANN)).isEqualTo(expected);
    assertThat(of(BookAccount.OUTSIDE)).isEqualTo(expected.negate());
  }

  @Test
  void balances_ofALeaseThatHasNothing_areLeftOutAndThoseOfAPersonAreNot() {
    BigInteger five = BigInteger.valueOf(5);
    store.book(START, deposit(block(11, 0), 5));
    store.book(block(11, 0), entries(block(12, 0), entry(0, OF_ANN, LEASE, five)));

    assertThat(store.balances().amounts()).containsEntry(OF_ANN, BigInteger.ZERO);
    assertThat(store.balances().amounts()).containsEntry(LEASE, five);

    store.book(block(12, 0), entries(block(13, 0), entry(0, LEASE, OF_ANN, five)));

    assertThat(store.balances().amounts()).containsEntry(OF_ANN, five).doesNotContainKey(LEASE);
  }

  @Test
  void undoAbove_blocks_removesThemOnce() {
    store.book(START, deposit(block(11, 0), 1));
    store.book(block(11, 0), deposit(block(12, 0), 10));
    store.book(block(12, 0), deposit(block(13, 0), 100));

    store.undoAbove(block(11, 0));
    store.undoAbove(block(11, 0));

    assertThat(of(OF_ANN)).isEqualTo(1);
    assertThat(store.blocks()).containsExactly(block(11, 0), START);
    assertThat(store.entries(OF_ANN, 10)).hasSize(1);
    store.book(block(11, 0), deposit(block(12, 1), 1000));
    assertThat(of(OF_ANN)).isEqualTo(1001);
    assertThat(reopened().balances()).isEqualTo(store.balances());
  }

  @Test
  void undoAbove_theOnlyBlockThatTouchesAnAccount_leavesNothingOfIt() {
    store.book(START, deposit(block(11, 0), 1));

    store.undoAbove(START);

    assertThat(store.balances()).isEqualTo(new BooksStore.Balances(START, Map.of()));
  }

  @Test
  void undoAbove_aBlockThatIsNotKnown_isRefused() {
    store.book(START, deposit(block(11, 0), 1));

    assertThat(failure(() -> store.undoAbove(block(10, 1)))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(of(OF_ANN)).isEqualTo(1);
  }

  @Test
  void undoAbove_aLeaseThatWasClosed_bringsItBack() {
    BigInteger five = BigInteger.valueOf(5);
    store.book(START, entries(block(11, 0), entry(0, BookAccount.OUTSIDE, LEASE, five)));
    store.book(block(11, 0), entries(block(12, 0), entry(0, LEASE, OF_ANN, five)));

    store.undoAbove(block(11, 0));

    assertThat(of(LEASE)).isEqualTo(5);
  }

  @Test
  void blocks_olderThanTheKept_areForgottenAndTheirEntriesStay() {
    BlockRef previous = START;
    for (int i = 1; i <= BooksStore.KEPT_BLOCKS + 5; i++) {
      BlockRef next = block(START.height() + i, 0);
      store.book(previous, deposit(next, 1));
      previous = next;
    }

    assertThat(store.blocks()).hasSize(BooksStore.KEPT_BLOCKS + 1).doesNotContain(START);
    assertThat(failure(() -> store.undoAbove(START))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(of(OF_ANN)).isEqualTo(BooksStore.KEPT_BLOCKS + 5);
    assertThat(store.entries(OF_ANN, 1000)).hasSize(BooksStore.KEPT_BLOCKS + 5);
  }

  @Test
  void channel_thatWasFunded_isKnownAlsoWhenItsBlockIsUndone() {
    ChannelParties parties = new ChannelParties(ANN, BOB);
    store.book(START, new BlockEntries(block(11, 0), List.of(), Map.of(DIGEST, parties)));
    store.undoAbove(START);
    store.book(START, new BlockEntries(block(11, 1), List.of(), Map.of(DIGEST, parties)));

    assertThat(store.channel(DIGEST)).contains(parties);
    assertThat(store.channel(DIGEST.replace('d', 'e'))).isEqualTo(Optional.empty());
  }

  @Test
  void entries_ofAnAccount_areItsOwnTheNewestFirst() {
    Entry first = entry(3, BookAccount.OUTSIDE, OF_ANN, BigInteger.TWO);
    Entry second = entry(7, OF_ANN, LEASE, BigInteger.ONE);
    Entry others = entry(9, BookAccount.OUTSIDE, BookAccount.balance(BOB), BigInteger.TEN);
    store.book(START, entries(block(11, 0), first, second, others));
    store.book(block(11, 0), entries(block(12, 0), first));

    assertThat(store.entries(OF_ANN, 10))
        .containsExactly(
            new BooksStore.BookedEntry(12, first),
            new BooksStore.BookedEntry(11, second),
            new BooksStore.BookedEntry(11, first));
    assertThat(store.entries(OF_ANN, 2)).hasSize(2);
  }

  @Test
  void balances_afterRandomBlocksAndUndoing_areThoseOfTheModel() {
    long seed = Long.getLong("zansoc.seed", new Random().nextLong());
    Random random = new Random(seed);
    MemoryBooksStore model = new MemoryBooksStore();
    model.begin(ORIGIN, START);
    for (int i = 0; i < 150; i++) {
      List<BlockRef> blocks = model.blocks();
      if (random.nextInt(5) == 0) {
        BlockRef ancestor = blocks.get(random.nextInt(Math.min(6, blocks.size())));
        model.undoAbove(ancestor);
        store.undoAbove(ancestor);
      } else {
        BlockRef next = block(blocks.getFirst().height() + 1 + random.nextInt(2), i);
        BlockEntries entries = entries(next, randomEntries(random));
        model.book(blocks.getFirst(), entries);
        store.book(blocks.getFirst(), entries);
      }
      assertThat(store.balances()).as("seed %d, step %d", seed, i).isEqualTo(model.balances());
    }
    assertThat(reopened().balances()).as("seed %d", seed).isEqualTo(model.balances());
    assertThat(store.entries(LEASE, 50)).isEqualTo(model.entries(LEASE, 50));
  }

  private static Entry[] randomEntries(Random random) {
    List<BookAccount> accounts =
        List.of(OF_ANN, BookAccount.balance(BOB), LEASE, BookAccount.OUTSIDE);
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(log -> {
          int from = random.nextInt(accounts.size());
          int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
          BigInteger amount = new BigInteger(1 + random.nextInt(90), random).add(BigInteger.ONE);
          return entry(log, accounts.get(from), accounts.get(to), amount);
        })
        .toArray(Entry[]::new);
  }

  @Test
  void changes_ofABlock_areSummedByEachAccountThatItTouches() {
    BlockEntries entries =
        entries(
            block(11, 0),
            entry(0, BookAccount.OUTSIDE, LEASE, BigInteger.TWO),
            entry(1, LEASE, OF_ANN, BigInteger.TWO));

    assertThat(new HashMap<>(entries.changes()))
        .isEqualTo(
            Map.of(
                OF_ANN,
                BigInteger.TWO,
                LEASE,
                BigInteger.ZERO,
                BookAccount.OUTSIDE,
                BigInteger.TWO.negate()));
  }

  @Test
  void entries_thatDoNotBalanceOrAreOutOfOrder_areRefused() {
    Posting two = new Posting(OF_ANN, BigInteger.TWO);
    List<Posting> unbalanced = new ArrayList<>(List.of(two, new Posting(LEASE, BigInteger.ONE)));
    Entry zero = entry(0, LEASE, OF_ANN, BigInteger.ONE);

    assertThatThrownBy(() -> new Entry(0, DIGEST, "E", unbalanced))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sum to 3");
    assertThatThrownBy(() -> new Entry(0, DIGEST, "E", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Posting(OF_ANN, BigInteger.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Posting(OF_ANN, BigInteger.TWO.pow(256)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> entries(block(1, 0), zero, zero))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of order");
  }

  @Test
  void text_ofEachKindOfAccount_isReadBack() {
    for (BookAccount account :
        List.of(
            BookAccount.OUTSIDE,
            BookAccount.UNASSIGNED,
            BookAccount.REWARDS,
            OF_ANN,
            LEASE,
            BookAccount.transit(BOB))) {
      assertThat(BookAccount.parse(account.text())).isEqualTo(account);
    }
    assertThat(OF_ANN.text()).isEqualTo("balance:" + ANN);
    assertThatThrownBy(() -> BookAccount.parse("balance")).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> BookAccount.parse("lease:" + ANN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
