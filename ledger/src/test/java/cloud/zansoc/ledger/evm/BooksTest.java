package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.books.BlockEntries;
import cloud.zansoc.ledger.books.BlockRef;
import cloud.zansoc.ledger.books.BookAccount;
import cloud.zansoc.ledger.books.Booker;
import cloud.zansoc.ledger.books.BooksChain;
import cloud.zansoc.ledger.books.BooksOrigin;
import cloud.zansoc.ledger.books.BooksStore;
import cloud.zansoc.ledger.books.ChannelParties;
import cloud.zansoc.ledger.books.Entry;
import cloud.zansoc.ledger.books.MemoryBooksStore;
import cloud.zansoc.ledger.books.Posting;
import cloud.zansoc.ledger.books.Reconciliation;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Books of the contracts on a chain process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BooksTest {
  private static final int OPERATIONS = 300;
  private static final Amount RATE = Amount.ofUnits(1_234_567_890L);

  private final long seed = Long.getLong("zansoc.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final ChainWorld world;
  private final ChainActors actors;
  private final Ledger ledger;
  private final EvmBooks chain;
  private final List<EvmKey> keys = IntStream.range(0, 4).mapToObj(i -> TestKeys.fresh()).toList();
  private final List<Lease> leases = new ArrayList<>();
  private final List<DealId> deals = new ArrayList<>();
  private Amount rewarded = Amount.ZERO;
  private long epoch;
  private int nonce;

  BooksTest() throws IOException {
    this.world = ChainWorld.start();
    this.actors = new ChainActors(world);
    this.ledger = world.ledger();
    this.chain = EvmBooks.of(world.chain(), world.contract("escrow"));
    keys.forEach(key -> world.fund(key, Amount.ofCoins(1000)));
    keys.forEach(key -> ledger.deposit(key.account(), Amount.ofCoins(500)));
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  private Booker booker(BooksStore store) {
    return new Booker(chain, store);
  }

  private Reconciliation.Report reconciled(BooksStore store) {
    return new Reconciliation(booker(store), chain, store).run();
  }

  private static BigInteger booked(BooksStore store, BookAccount account) {
    return store.balances().amounts().getOrDefault(account, BigInteger.ZERO);
  }

  /** Fails each fifth time or so, before or after the block is kept, as a process that dies. */
  private final class DyingStore implements BooksStore {
    private final BooksStore kept;

    DyingStore(BooksStore kept) {
      this.kept = kept;
    }

    private void perhapsDie() {
      if (random.nextInt(5) == 0) {
        throw new IllegalStateException("died");
      }
    }

    @Override
    public Optional<BooksOrigin> origin() {
      return kept.origin();
    }

    @Override
    public void begin(BooksOrigin origin, BlockRef before) {
      kept.begin(origin, before);
      perhapsDie();
    }

    @Override
    public List<BlockRef> blocks() {
      return kept.blocks();
    }

    @Override
    public Optional<ChannelParties> channel(String id) {
      return kept.channel(id);
    }

    @Override
    public void book(BlockRef previous, BlockEntries next) {
      perhapsDie();
      kept.book(previous, next);
      perhapsDie();
    }

    @Override
    public void undoAbove(BlockRef ancestor) {
      perhapsDie();
      kept.undoAbove(ancestor);
      perhapsDie();
    }

    @Override
    public Balances balances() {
      return kept.balances();
    }

    @Override
    public List<BookedEntry> entries(BookAccount account, int limit) {
      return kept.entries(account, limit);
    }
  }

  @Test
  void books_afterRandomOperationsDeathsAndReorganisations_areThoseOfTheChain() {
    BooksStore store = new MemoryBooksStore();
    int done = 0;
    int deaths = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      done += operation(random.nextInt(21)) ? 1 : 0;
      if (random.nextInt(25) == 0) {
        world.anvil().replaceBlocks(1 + random.nextInt(4));
      }
      if (random.nextInt(3) == 0) {
        deaths += caughtUpOrDied(store) ? 0 : 1;
      }
      if (random.nextInt(20) == 0) {
        Reconciliation.Report report = reconciled(store);
        assertThat(report.differences()).as("seed %d, operation %d", seed, i).isEmpty();
        assertBalancesAreTheLedgers(store);
      }
    }
    assertThat(reconciled(store).differences()).as("seed %d", seed).isEmpty();
    assertBalancesAreTheLedgers(store);
    BooksStore anew = new MemoryBooksStore();
    booker(anew).catchUp();
    assertThat(anew.balances()).as("booked anew, seed %d", seed).isEqualTo(store.balances());
    assertThat(done).as("operations done, seed %d", seed).isGreaterThan(100);
    assertThat(deaths).as("deaths, seed %d", seed).isPositive();
  }

  @Test
  void catchUp_again_booksNothingTwice() {
    BooksStore store = new MemoryBooksStore();
    long first = booker(store).catchUp().entries();
    BooksStore.Balances before = store.balances();

    Booker.Progress again = booker(store).catchUp();

    assertThat(first).isPositive();
    assertThat(again).isEqualTo(new Booker.Progress(before.block(), 0, 0));
    assertThat(store.balances()).isEqualTo(before);
  }

  @Test
  void catchUp_afterBlocksWereReplaced_undoesTheirEntriesOnce() {
    BooksStore store = new MemoryBooksStore();
    AccountId account = keys.getFirst().account();
    booker(store).catchUp();
    BooksStore.Balances before = store.balances();
    BigInteger had = booked(store, BookAccount.balance(account));
    ledger.deposit(account, Amount.ofUnits(1));
    ledger.deposit(account, Amount.ofUnits(2));
    booker(store).catchUp();
    assertThat(booked(store, BookAccount.balance(account)))
        .isEqualTo(had.add(BigInteger.valueOf(3)));

    world.anvil().replaceBlocks(2);
    Booker.Progress progress = booker(store).catchUp();

    assertThat(progress.undone()).isEqualTo(2);
    assertThat(progress.newest().height()).isEqualTo(before.block().height() + 2);
    assertThat(store.balances().amounts()).isEqualTo(before.amounts());
    assertThat(reconciled(store).differences()).isEmpty();
  }

  @Test
  void catchUp_whereTheChainGaveBlocksUp_goesBackWithIt() {
    BooksStore store = new MemoryBooksStore();
    booker(store).catchUp();
    BooksStore.Balances before = store.balances();
    ledger.deposit(keys.getFirst().account(), Amount.ofUnits(7));
    booker(store).catchUp();

    world.anvil().giveUpBlocks(1);

    assertThat(booker(store).catchUp()).isEqualTo(new Booker.Progress(before.block(), 0, 1));
    assertThat(store.balances()).isEqualTo(before);
  }

  @Test
  void catchUp_farBehind_readsManyBlocksAtOnceAndTheSame() {
    BooksStore oneByOne = new MemoryBooksStore();
    booker(oneByOne).catchUp();
    for (int i = 0; i < 3; i++) {
      ledger.deposit(keys.getFirst().account(), Amount.ofUnits(1 + i));
      world.anvil().mine(90);
      booker(oneByOne).catchUp();
    }
    BooksStore atOnce = new MemoryBooksStore();

    booker(atOnce).catchUp();

    assertThat(atOnce.balances()).isEqualTo(oneByOne.balances());
    assertThat(atOnce.entries(BookAccount.OUTSIDE, 10_000))
        .isEqualTo(oneByOne.entries(BookAccount.OUTSIDE, 10_000));
  }

  @Test
  void catchUp_onAnotherChain_isRefusedAndChangesNothing() {
    BooksStore store = new MemoryBooksStore();
    BlockRef start = new BlockRef(0, "0x" + "9".repeat(64));
    BooksOrigin other = new BooksOrigin(chain.origin().ledger(), start.hash());
    store.begin(other, start);

    ZansocException refused =
        catchThrowableOfType(ZansocException.class, () -> booker(store).catchUp());

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("the books are of").hasMessageContaining("9999");
    assertThat(store.blocks()).containsExactly(start);
  }

  @Test
  void catchUp_whereNoKnownBlockIsLeft_saysSoAndUndoesNothing() {
    BooksStore store = new MemoryBooksStore();
    BlockRef gone = new BlockRef(1_000_000, "0x" + "8".repeat(64));
    store.begin(chain.origin(), gone);

    ZansocException refused =
        catchThrowableOfType(ZansocException.class, () -> booker(store).catchUp());

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("replaced or reset");
    assertThat(store.blocks()).containsExactly(gone);
  }

  @Test
  void catchUp_toAnEventWithoutARule_stopsBeforeItsBlockEachTime() {
    LedgerContracts real = LedgerContracts.of(world.chain(), world.contract("escrow"));
    AccountId foreign = world.contract("weth");
    EvmBooks other =
        new EvmBooks(
            world.chain(),
            new LedgerContracts(
                real.escrow(),
                real.coin(),
                real.registry(),
                foreign,
                real.treasury(),
                real.publisher()));
    BooksStore store = new MemoryBooksStore();
    ledger.deposit(keys.getFirst().account(), Amount.ofUnits(1));
    BlockRef before = chain.newest();
    assertThat(actors.send(keys.getFirst(), "weth", "deposit")).isTrue();
    ledger.deposit(keys.getFirst().account(), Amount.ofUnits(1));

    for (int i = 0; i < 2; i++) {
      ZansocException stopped =
          catchThrowableOfType(ZansocException.class, () -> new Booker(other, store).catchUp());

      assertThat(stopped.code()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(stopped)
          .hasMessageContaining("no rule for event")
          .hasMessageContaining(foreign.text());
      assertThat(store.blocks().getFirst()).isEqualTo(before);
    }
  }

  @Test
  void reconciliation_withOneUnitPostedToAnother_namesBothAccounts() {
    BooksStore store = new MemoryBooksStore();
    booker(store).catchUp();
    BlockRef before = store.blocks().getFirst();
    ledger.deposit(keys.getFirst().account(), Amount.ofUnits(5));
    BlockRef next = chain.newest();
    BookAccount robbed = BookAccount.balance(keys.get(0).account());
    BookAccount enriched = BookAccount.balance(keys.get(1).account());
    BooksChain.Next read = chain.next(before, 1, store::channel);
    BlockEntries right = ((BooksChain.Next.Blocks) read).blocks().getFirst();
    List<Entry> wrong = new ArrayList<>(right.entries());
    wrong.add(
        new Entry(
            1000,
            next.hash(),
            "Injected",
            List.of(
                new Posting(robbed, BigInteger.ONE.negate()),
                new Posting(enriched, BigInteger.ONE))));

    store.book(before, new BlockEntries(right.block(), wrong, Map.of()));
    Reconciliation.Report report = reconciled(store);

    BigInteger ofRobbed = ledger.balance(keys.get(0).account()).units();
    BigInteger ofEnriched = ledger.balance(keys.get(1).account()).units();
    assertThat(report.differences())
        .containsExactlyInAnyOrder(
            new Reconciliation.Difference(robbed, ofRobbed.subtract(BigInteger.ONE), ofRobbed),
            new Reconciliation.Difference(enriched, ofEnriched.add(BigInteger.ONE), ofEnriched));
  }

  @Test
  void reconciliation_withoutADeposit_namesTheAccountAndWhatIsUnassigned() {
    BooksStore store = new MemoryBooksStore();
    booker(store).catchUp();
    BlockRef before = store.blocks().getFirst();
    ledger.deposit(keys.getFirst().account(), Amount.ofUnits(1));
    BooksChain.Next read = chain.next(before, 1, store::channel);
    BlockEntries right = ((BooksChain.Next.Blocks) read).blocks().getFirst();
    List<Entry> lacking =
        right.entries().stream().filter(entry -> !entry.event().equals("Deposited")).toList();

    store.book(before, new BlockEntries(right.block(), lacking, Map.of()));
    Reconciliation.Report report = reconciled(store);

    assertThat(lacking).hasSize(right.entries().size() - 1);
    assertThat(report.differences())
        .extracting(Reconciliation.Difference::account)
        .containsExactly(BookAccount.UNASSIGNED, BookAccount.balance(keys.getFirst().account()));
    assertThat(report.coins()).isEqualTo(ledger.coins(ledger.id().escrow()).units());
  }

  private boolean caughtUpOrDied(BooksStore store) {
    try {
      booker(new DyingStore(store)).catchUp();
      return true;
    } catch (IllegalStateException died) {
      return false;
    }
  }

  private void assertBalancesAreTheLedgers(BooksStore store) {
    for (EvmKey key : keys) {
      assertThat(booked(store, BookAccount.balance(key.account())))
          .as("balance of %s, seed %d", key.account(), seed)
          .isEqualTo(ledger.balance(key.account()).units());
    }
    assertThat(booked(store, BookAccount.OUTSIDE).negate())
        .isEqualTo(ledger.coins(ledger.id().escrow()).units());
  }

  private boolean operation(int number) {
    EvmKey one = key();
    EvmKey other = key();
    return switch (number) {
      case 0 -> isDone(ledger.deposit(one.account(), upTo(20)));
      case 1 -> isDone(ledger.withdraw(one.account(), other.account(), upTo(10)));
      case 2, 3, 4 -> open(one, other);
      case 5 -> isDone(ledger.topUp(one.account(), lease().id(), Duration.ofSeconds(40)));
      case 6, 7 -> isDone(ledger.settle(one.account(), lease().id()));
      case 8 -> isDone(ledger.close(one.account(), lease().id(), CloseReason.NONE_GIVEN));
      case 9 -> actors.stake(one, upTo(30));
      case 10 -> actors.thaw(one, upTo(20));
      case 11 -> actors.unstake(one);
      case 12 -> actors.fund(one, other, upTo(5));
      case 13 -> actors.redeem(one, other, upTo(9));
      case 14 -> actors.closeChannel(one, other);
      case 15 -> actors.sendWithoutDeposit(one, upTo(1));
      case 16 -> openDeal(one, other);
      case 17 -> deals.isEmpty() || actOnDeal(one, deals.get(random.nextInt(deals.size())));
      case 18 -> reward(one);
      case 19 -> openFor(one, other);
      default -> pass(Duration.ofSeconds(random.nextInt(6) == 0 ? 1_300_000 : 100));
    };
  }

  private boolean pass(Duration time) {
    world.pass(time);
    world.anvil().mine(1 + random.nextInt(70));
    return true;
  }

  private boolean open(EvmKey client, EvmKey host) {
    return opened(
        ledger.open(client.account(), offer(host), Duration.ofSeconds(500)).map(List::of));
  }

  /** From a mandate that the client gives, tops up and uses: the payer is the client. */
  private boolean openFor(EvmKey client, EvmKey host) {
    EvmKey agent = key();
    Digest deployment = Digest.sha256(new byte[] {1});
    MandateTerms terms =
        new MandateTerms(
            Amount.ofCoins(1000), RATE.times(1000), ledger.now().plus(Duration.ofDays(1)));
    Outcome<List<Lease>> outcome =
        world
            .mandates()
            .grant(client.account(), agent.account(), deployment, terms)
            .then(mandate ->
                world
                    .mandates()
                    .openFor(
                        agent.account(),
                        client.account(),
                        deployment,
                        List.of(offer(host), offer(host)),
                        Duration.ofSeconds(500)));
    return opened(outcome)
        && isDone(
            world
                .mandates()
                .topUpFor(agent.account(), leases.getLast().id(), Duration.ofSeconds(100)));
  }

  private boolean opened(Outcome<List<Lease>> outcome) {
    return switch (outcome) {
      case Outcome.Done<List<Lease>>(List<Lease> fresh) -> leases.addAll(fresh);
      case Outcome.Refused<List<Lease>> refused -> false;
    };
  }

  private SignedOffer offer(EvmKey host) {
    nonce++;
    Offer offer =
        new Offer(
            host.account(),
            Optional.empty(),
            RATE,
            ledger.now().plus(Duration.ofDays(1)),
            Digest.sha256(new byte[] {1}),
            BigInteger.valueOf(nonce));
    return world.offers().sign(host, offer);
  }

  private boolean openDeal(EvmKey client, EvmKey host) {
    nonce++;
    Optional<DealId> deal =
        actors.openDeal(client, host, upTo(2), upTo(3), BigInteger.valueOf(nonce));
    deal.ifPresent(deals::add);
    return deal.isPresent();
  }

  private boolean actOnDeal(EvmKey key, DealId deal) {
    return switch (random.nextInt(4)) {
      case 0, 1 -> actors.prove(key, deal) || actors.fault(key, deal);
      case 2 -> actors.fault(key, deal);
      default -> actors.end(key, deal);
    };
  }

  private boolean reward(EvmKey key) {
    Amount total = upTo(100);
    boolean published = actors.publish(epoch, key, rewarded.plus(total), total);
    if (published) {
      epoch++;
      rewarded = rewarded.plus(total);
    }
    return actors.claim(key, rewarded) || published;
  }

  private Lease lease() {
    return leases.isEmpty()
        ? new Lease(
            new LeaseId("0x" + "cd".repeat(32)),
            key().account(),
            key().account(),
            RATE,
            ledger.now(),
            ledger.now())
        : leases.get(random.nextInt(leases.size()));
  }

  private EvmKey key() {
    return keys.get(random.nextInt(keys.size()));
  }

  private Amount upTo(int coins) {
    BigInteger most = Amount.ofCoins(coins).units();
    return new Amount(new BigInteger(most.bitLength() + 8, random).mod(most));
  }

  private static boolean isDone(Outcome<?> outcome) {
    return outcome instanceof Outcome.Done<?>;
  }
}
