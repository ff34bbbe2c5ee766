package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.endpoint.EndpointSettings;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlBooksStore;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.books.BlockEntries;
import cloud.zansoc.ledger.books.BlockRef;
import cloud.zansoc.ledger.books.BookAccount;
import cloud.zansoc.ledger.books.BooksChain;
import cloud.zansoc.ledger.books.BooksStore;
import cloud.zansoc.ledger.books.Entry;
import cloud.zansoc.ledger.books.MemoryBooksStore;
import cloud.zansoc.ledger.books.Posting;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmBooks;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.BooksView;
import cloud.zansoc.net.node.LedgerView;
import cloud.zansoc.net.node.OutboxView;
import cloud.zansoc.net.node.ReconciliationView;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A hub that keeps books of a chain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LedgerBooksTest {
  private static final ApiCall LEDGER = ApiCall.get("/v1/ledger");
  private static final ApiCall OUTBOX = ApiCall.get("/v1/ledger/outbox");
  private static final ApiCall RECONCILE = ApiCall.post("/v1/ledger/reconcile");
  private static final Duration SELDOM = Duration.ofDays(1);

  private final ChainWorld world;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  LedgerBooksTest() throws IOException {
    this.world = ChainWorld.start();
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  private static HubConfiguration configuration(Path folder, LedgerSettings ledger) {
    HubConfiguration usual = RunningHub.configuration(folder, 0);
    return new HubConfiguration(
        usual.dataFolder(),
        usual.listening(),
        usual.jdbcUrl(),
        usual.admission(),
        usual.timeouts(),
        usual.membership(),
        usual.repair(),
        usual.limits(),
        Optional.of(ledger),
        usual.networks(),
        usual.computing(),
        EndpointSettings.NONE);
  }

  private LedgerSettings settings(Duration reconcileEvery) {
    return new LedgerSettings(
        LedgerSettings.Chain.of(world.anvil().url(), Anvil.CHAIN),
        world.ledger().id().escrow(),
        Optional.of(new LedgerSettings.Exchange(world.contract("router"), world.contract("twap"))),
        reconcileEvery);
  }

  private EvmBooks chain() {
    ChainOptions options = ChainOptions.of(world.anvil().url(), Anvil.CHAIN, BigInteger.ZERO);
    return EvmBooks.of(EvmChain.connect(options), world.ledger().id().escrow());
  }

  @Test
  void ledger_asAnyMember_namesChainAndContracts(@TempDir Path folder) {
    try (RunningHub running = new RunningHub(configuration(folder, settings(SELDOM)))) {
      LedgerView view = running.newClient().call(LEDGER, LedgerView.class);

      assertThat(view)
          .isEqualTo(
              new LedgerView(
                  Optional.of(world.anvil().url().toString()),
                  Anvil.CHAIN,
                  world.contract("escrow").text(),
                  world.contract("coin").text(),
                  world.contract("registry").text(),
                  world.contract("deals").text(),
                  TestKeys.named("treasury").account().text(),
                  FolderWallet.account(folder).text(),
                  Optional.of(
                      new LedgerView.Exchange(
                          world.contract("router").text(),
                          world.contract("twap").text(),
                          world.contract("factory").text(),
                          world.contract("pair").text(),
                          world.contract("dollar").text()))));
    }
  }

  @Test
  void outbox_ofAHubThatStartsAgain_isOfTheSameAccountAndStands(@TempDir Path folder)
      throws IOException {
    String account = "";
    for (int i = 1; i <= 2; i++) {
      try (RunningHub running = new RunningHub(configuration(folder, settings(SELDOM)))) {
        OutboxView view = running.operator().call(OUTBOX, OutboxView.class);

        if (i == 2) {
          assertThat(view.account()).isEqualTo(account);
        }
        account = view.account();
        assertThat(view).isEqualTo(new OutboxView(account, 0, 0, 0, Optional.empty()));
      }
    }
    for (String file : List.of(FolderWallet.KEYSTORE, FolderWallet.PASSWORD)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void memberNode_ofAUrlThatMayHoldASecret_isNotTold() {
    for (String secret :
        List.of("https://node.example/key", "http://user:word@host", "https://h/?key=1")) {
      assertThat(LedgerSettings.Chain.of(URI.create(secret), 1).memberNode()).as(secret).isEmpty();
    }
    URI plain = URI.create("https://node.example:8545/");
    assertThat(LedgerSettings.Chain.of(plain, 1).memberNode()).contains(plain);
  }

  @Test
  void reconcile_asOperator_isEqualAfterEachOperationAndARestart(@TempDir Path folder) {
    EvmKey client = TestKeys.fresh();
    world.fund(client, Amount.ofCoins(10));
    for (int i = 1; i <= 2; i++) {
      try (RunningHub running = new RunningHub(configuration(folder, settings(SELDOM)))) {
        world.ledger().deposit(client.account(), Amount.ofCoins(1));

        ReconciliationView view = running.operator().call(RECONCILE, ReconciliationView.class);

        assertThat(view.differences()).isEmpty();
        assertThat(view.coins())
            .isEqualTo(world.ledger().coins(world.ledger().id().escrow()).units().toString());
        BooksView books = running.operator().call(ApiCall.get("/v1/ledger/books"), BooksView.class);
        assertThat(books.block()).contains(view.block());
        assertThat(books.reconciled()).contains(view);
        assertThat(books.failure()).isEqualTo(Optional.empty());
      }
      try (Database database = Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite"))) {
        assertThat(new SqlBooksStore(database).balances().amounts())
            .containsEntry(BookAccount.balance(client.account()), Amount.ofCoins(i).units());
      }
    }
  }

  @Test
  void reconciliation_ofBooksWithAWrongPosting_isReportedByRouteAndMetric(@TempDir Path folder) {
    BookAccount wrong = BookAccount.balance(TestKeys.fresh().account());
    try (Database database = Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite"));
        EvmBooks chain = chain()) {
      bookFirstBlockWrongly(new SqlBooksStore(database), chain, wrong);
    }
    try (RunningHub running = new RunningHub(configuration(folder, settings(SELDOM)))) {
      ReconciliationView view = running.operator().call(RECONCILE, ReconciliationView.class);

      assertThat(view.differences())
          .extracting(ReconciliationView.Difference::account)
          .containsExactly("outside", wrong.text());
      assertThat(view.differences().getLast())
          .isEqualTo(new ReconciliationView.Difference(wrong.text(), "1", "0"));
      byte[] metrics = running.operator().send(ApiCall.get("/metrics")).body();
      assertThat(new String(metrics, StandardCharsets.UTF_8))
          .contains("zansoc_books_differences 2.0");
    }
  }

  private static void bookFirstBlockWrongly(
      BooksStore store, BooksChain chain, BookAccount account) {
    BlockRef start = new BlockRef(0, chain.origin().genesis());
    store.begin(chain.origin(), start);
    Entry wrong =
        new Entry(
            0,
            start.hash(),
            "Injected",
            List.of(
                new Posting(BookAccount.OUTSIDE, BigInteger.ONE.negate()),
                new Posting(account, BigInteger.ONE)));
    BlockRef first = chain.block(1).orElseThrow();
    store.book(start, new BlockEntries(first, List.of(wrong), Map.of()));
  }

  @Test
  void ledger_whereTheHubHasNoChain_isUnsupported(@TempDir Path folder) {
    try (RunningHub running = new RunningHub(folder)) {
      for (ApiCall call : List.of(LEDGER, OUTBOX, RECONCILE)) {
        ZansocException refused =
            catchThrowableOfType(ZansocException.class, () -> running.operator().run(call));

        assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(refused).hasMessageContaining("--escrow");
      }
    }
  }

  @Test
  void hub_whoseChainIsAway_runsAndSaysSo(@TempDir Path folder) {
    URI nobody = URI.create("http://127.0.0.1:9");
    LedgerSettings away =
        new LedgerSettings(
            LedgerSettings.Chain.of(nobody, Anvil.CHAIN),
            world.ledger().id().escrow(),
            Optional.empty(),
            SELDOM);
    try (RunningHub running = new RunningHub(configuration(folder, away))) {
      for (ApiCall call : List.of(LEDGER, RECONCILE)) {
        ZansocException refused =
            catchThrowableOfType(ZansocException.class, () -> running.operator().run(call));

        assertThat(refused.code()).isEqualTo(ErrorCode.UNREACHABLE);
      }
      assertThat(running.operator().call(ApiCall.get("/v1/ledger/books"), BooksView.class).block())
          .isEqualTo(Optional.empty());
    }
  }

  @Test
  void follow_whileTheChainIsAway_asksAfterLongerAndLongerPauses() {
    AtomicInteger asked = new AtomicInteger();
    LedgerBooks books =
        new LedgerBooks(
            () -> {
              if (asked.incrementAndGet() < 9) {
                throw new ZansocException(ErrorCode.UNREACHABLE, "away");
              }
              return chain();
            },
            new MemoryBooksStore(),
            () -> now);
    for (int second = 0; second < 200; second++) {
      now = now.plusSeconds(1);
      books.follow();
    }
    // In seconds 1, 3, 7, 15, 31, 63, 123 and 183.
    assertThat(asked).hasValue(8);
    assertThat(books.view().failure()).contains("away");

    now = now.plusSeconds(60);
    books.follow();
    now = now.plusSeconds(60);
    books.follow();

    assertThat(books.view().failure()).isEqualTo(Optional.empty());
    assertThat(books.view().block()).isPresent();
    books.compare();
    assertThat(books.view().reconciled().orElseThrow().differences()).isEmpty();
    books.close();
  }
}
