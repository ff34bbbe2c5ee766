package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.local.LocalChain;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.ledger.evm.Contracts;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.LedgerView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person's coins on the chain beside a local cloud: hub and chain are processes. */
final class LedgerJourneyTest {
  private static final String OTHER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
  private static final String MISTYPED = "0x70997970C51812dc3A010C7d01b50e0d17dc79C9";

  @TempDir private Path folder;

  /** What `wallet show --json` prints. */
  record Wallet(String account, Optional<Has> has) {
    record Has(String coins, String escrow, Optional<String> dollars) {}
  }

  /** A line of `wallet history --json`. */
  record Row(String event, String coins, String pocket, Optional<String> other, long block) {}

  /** What `ledger reconcile --json` prints. */
  record Reconciled(long block, List<Map<String, String>> differences) {}

  @Test
  void wallet_onTheLocalChain_keepsItsCoinsOverDownAndUp() throws IOException {
    Path at = folder.resolve("cloud");
    HostAddress node = RunningCloud.freePort();
    LocalChain chain = new LocalChain(at, new ContractsFolder(Contracts.built()), node.port());
    LocalCloud cloud =
        new LocalCloud(
            at,
            new LocalCloud.Settings(
                1,
                ByteSize.ofGibibytes(1),
                RunningCloud.freePort(),
                RunningCloud.freePort(),
                List.of()));
    try {
      up(chain, cloud, at);
      Profile profile = new Profile(folder.resolve("profile"));
      cloud.login(profile, "client");
      CommandLine user = new CommandLine(profile.folder());

      spend(user);
      refuseMistakes(user, profile);

      Wallet.Has before = user.json(Wallet.class, "wallet", "show").has().orElseThrow();
      List<Row> history = user.jsonList(Row.class, "wallet", "history");
      cloud.stop();
      assertThat(cloud.chain().handle()).isEqualTo(Optional.empty());
      up(chain, cloud, at);

      assertThat(user.ok("wallet", "show").err()).isEmpty();
      assertThat(user.json(Wallet.class, "wallet", "show").has()).contains(before);
      assertThat(user.jsonList(Row.class, "wallet", "history")).isEqualTo(history);
      assertThat(user.json(Reconciled.class, "ledger", "reconcile").differences()).isEmpty();
    } finally {
      cloud.remove();
    }
  }

  private static void up(LocalChain chain, LocalCloud cloud, Path at) {
    cloud.startHub(chain.start(() -> FolderWallet.loadOrCreate(at.resolve("hub"))));
  }

  private static void spend(CommandLine user) {
    user.fails(4, List.of("wallet create"), "wallet", "fund");
    user.ok("wallet", "create");
    user.ok("wallet", "fund", "--coins", "10", "--dollars", "2.5");
    user.ok("wallet", "deposit", "4");
    user.ok("wallet", "send", OTHER, "1.25");
    user.ok("wallet", "send", "--from-escrow", OTHER, "0.5");
    user.ok("wallet", "withdraw", "1.5");

    assertThat(user.json(Wallet.class, "wallet", "show").has())
        .contains(new Wallet.Has("6.25", "2", Optional.of("2.5")));
    assertThat(user.jsonList(Row.class, "wallet", "history", "--limit", "2"))
        .extracting(Row::coins)
        .containsExactly("+1.5", "-1.5");
    assertThat(user.ok("wallet", "history").out()).contains(OTHER.toLowerCase(Locale.ROOT));
  }

  /** Nothing of this moves a coin: the balances that follow are compared. */
  private static void refuseMistakes(CommandLine user, Profile profile) {
    Wallet wallet = user.json(Wallet.class, "wallet", "show");
    LedgerView ledger;
    try (Session session = Session.open(profile)) {
      ledger = session.api().call(ApiCall.get("/v1/ledger"), LedgerView.class);
    }
    String zero = "0x" + "0".repeat(40);
    user.fails(2, List.of("checksum"), "wallet", "send", MISTYPED, "1");
    user.fails(2, List.of("own account"), "wallet", "send", wallet.account(), "1");
    user.fails(2, List.of("nobody"), "wallet", "send", zero, "1");
    user.fails(2, List.of("nothing"), "wallet", "send", OTHER, "0");
    user.fails(2, List.of("18 decimal"), "wallet", "send", OTHER, "0.0000000000000000001");
    user.fails(2, List.of("such as"), "wallet", "send", OTHER, "lots");
    user.fails(5, List.of("6.25", "6.26"), "wallet", "send", OTHER, "6.26");
    user.fails(5, List.of("in the escrow"), "wallet", "withdraw", "2.1");
    user.fails(2, List.of("nothing"), "wallet", "deposit", "0");
    user.fails(5, List.of("9".repeat(20)), "wallet", "send", OTHER, "9".repeat(20));
    user.fails(
        9, List.of("does not answer"), "wallet", "send", OTHER, "1", "--chain=http://127.0.0.1:9");
    user.fails(2, List.of("ledger's contracts"), "wallet", "send", ledger.escrow(), "1");
    String router = ledger.exchange().orElseThrow().router();
    user.fails(2, List.of("--to-contract"), "wallet", "send", router, "1");

    assertThat(user.json(Wallet.class, "wallet", "show")).isEqualTo(wallet);
  }
}
