package cloud.zansoc.cli;

import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.hub.HubConfiguration;
import cloud.zansoc.hub.LedgerSettings;
import cloud.zansoc.hub.NetworkSettings;
import cloud.zansoc.hub.endpoint.EndpointSettings;
import cloud.zansoc.hub.registry.HostTimeouts;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.Keystore;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.storage.hub.RepairSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A profile with a wallet, logged in to a hub whose ledger is on a chain process. */
abstract class LedgerCommandFixture {
  @TempDir Path folder;
  final ChainWorld world;
  Profile profile = new Profile(Path.of("profile"));
  private Hub hub;
  EvmKey wallet = TestKeys.fresh();

  LedgerCommandFixture() throws IOException {
    this.world = ChainWorld.start();
  }

  @BeforeEach
  final void startHubAndMakeWallet() throws IOException {
    profile = new Profile(folder.resolve("profile"));
    hub = Hub.start(configuration());
    done("login", "127.0.0.1:" + hub.apiPort(), "--hub-data=" + folder.resolve("hub"));
    done("wallet", "create");
    wallet =
        new Keystore(profile.folder().resolve("wallet.json"))
            .read(Files.readString(profile.folder().resolve("wallet-password")).strip());
    world.fund(wallet, Amount.ofCoins(10));
    world.ledger().deposit(wallet.account(), Amount.ofCoins(2)).orThrow();
  }

  @AfterEach
  final void stop() {
    hub.close();
    world.close();
  }

  private HubConfiguration configuration() {
    LedgerSettings ledger =
        new LedgerSettings(
            LedgerSettings.Chain.of(world.anvil().url(), Anvil.CHAIN),
            world.ledger().id().escrow(),
            Optional.empty(),
            Duration.ofDays(1));
    return new HubConfiguration(
        folder.resolve("hub"),
        new HubConfiguration.Listening("127.0.0.1", 0, 0, Optional.empty(), Optional.empty()),
        Optional.empty(),
        AdmissionRules.NONE,
        new HostTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMinutes(1)),
        new HubConfiguration.Membership(Optional.empty(), Duration.ofHours(1)),
        RepairSettings.DEFAULT,
        HttpLimits.DEFAULT,
        Optional.of(ledger),
        new NetworkSettings(Optional.empty(), Map.of()),
        ComputeSettings.DEFAULT,
        EndpointSettings.NONE);
  }

  /** Where the hub's API listens. */
  final HostAddress hubAddress() {
    return new HostAddress("127.0.0.1", hub.apiPort());
  }

  final Run done(String... arguments) {
    return run(arguments).ok();
  }

  final Run run(String... arguments) {
    return Run.with(profile, arguments);
  }
}
