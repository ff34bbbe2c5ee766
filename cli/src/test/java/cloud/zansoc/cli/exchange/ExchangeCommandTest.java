package cloud.zansoc.cli.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Run;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.hub.HubConfiguration;
import cloud.zansoc.hub.LedgerSettings;
import cloud.zansoc.hub.NetworkSettings;
import cloud.zansoc.hub.endpoint.EndpointSettings;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Token;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.ChainExchange;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.Keystore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a hub and a chain process. */
final class ExchangeCommandTest {
  private static final Amount COINS = Amount.ofCoins(1_000);
  private static final Amount DOLLARS = Amount.ofUnits(1_000_000_000);

  @TempDir private Path folder;
  private Profile profile;
  private ChainWorld world;
  private ChainExchange contracts;
  private Hub hub;
  private EvmKey key;

  @BeforeEach
  void startHubWithAnEmptyPool() throws IOException {
    profile = new Profile(folder.resolve("profile"));
    world = ChainWorld.start();
    contracts = ChainExchange.on(world, true);
    hub = Hub.start(configuration());
    done("login", "127.0.0.1:" + hub.apiPort(), "--hub-data=" + folder.resolve("hub"));
    done("wallet", "create");
    key =
        new Keystore(profile.folder().resolve("wallet.json"))
            .read(Files.readString(profile.folder().resolve("wallet-password")).strip());
    contracts.fund(key, COINS, DOLLARS);
  }

  @AfterEach
  void end() {
    hub.close();
    world.close();
  }

  private HubConfiguration configuration() {
    HubConfiguration usual = HubConfiguration.defaults(folder.resolve("hub"));
    return new HubConfiguration(
        usual.dataFolder(),
        new HubConfiguration.Listening("127.0.0.1", 0, 0, Optional.empty(), Optional.empty()),
        usual.jdbcUrl(),
        usual.admission(),
        usual.timeouts(),
        usual.membership(),
        usual.repair(),
        usual.limits(),
        Optional.of(
            new LedgerSettings(
                LedgerSettings.Chain.of(world.anvil().url(), Anvil.CHAIN),
                world.ledger().id().escrow(),
                Optional.of(
                    new LedgerSettings.Exchange(contracts.contracts().router(), contracts.twap())),
                Duration.ofDays(1))),
        new NetworkSettings(Optional.empty(), Map.of()),
        ComputeSettings.DEFAULT,
        EndpointSettings.NONE);
  }

  @Test
  void commands_ofAnEmptyPool_sayWhatIsMissing() {
    assertThat(run("exchange", "quote", "1ZANS")).satisfies(refused(5, "the pool is empty"));
    assertThat(run("exchange", "swap", "1ZANS")).satisfies(refused(5, "the pool is empty"));
    assertThat(run("exchange", "update")).satisfies(refused(5, "the pool is empty"));
    assertThat(run("exchange", "remove", "100")).satisfies(refused(5, "no part of the pool"));
    assertThat(done("exchange", "price").out()).contains("needs two observations");
    Run price = done("price");
    assertThat(price.out()).contains("Azure").doesNotContain("In the coin");
    assertThat(price.err()).contains("no price in the coin").contains("two observations");
    assertOwned(COINS, DOLLARS);
  }

  @Test
  void journey_fromTheFirstLiquidityToItsEnd_movesWhatItSays() {
    assertThat(done("exchange", "add", "500ZANS", "250USD").out())
        .contains("500 ZANS", "250 USD", "100.0000 %");
    assertOwned(Amount.ofCoins(500), Amount.ofUnits(750_000_000));

    assertThat(done("exchange", "quote", "10 USD", "--json").out())
        .contains("\"get\":\"19.175", "\"movePercent\":\"8.1475");
    assertThat(done("exchange", "swap", "10USD").out())
        .contains("10 USD", "19.175", "at least got");
    assertThat(done("exchange", "swap", "--get", "1.5USD", "--slippage=1", "--deadline=1m").out())
        .contains("1.5 USD");
    assertThat(contracts.exchange().owned(key.account(), Token.DOLLAR))
        .isEqualTo(Amount.ofUnits(741_500_000));

    assertThat(done("exchange", "history").out().lines())
        .hasSize(4)
        .anySatisfy(line -> assertThat(line).contains("bought", "-19.175", "10"))
        .anySatisfy(line -> assertThat(line).contains("sold", "-1.5"));
    assertThat(done("exchange", "history", "--all", "--limit=4", "--json").out())
        .contains("\"what\":\"pool\"", "\"what\":\"sold\"")
        .doesNotContain("added");

    assertThat(done("exchange", "remove", "50").out()).contains("removed coins");
    assertThat(done("exchange", "remove", "100%").out()).contains("0.0000 %");
    assertThat(contracts.exchange().owned(key.account(), Token.COIN))
        .isBetween(COINS.minus(Amount.ofCoins(1)), COINS);
  }

  @Test
  void prices_withAnAverage_areInTheCoinToo() {
    done("exchange", "add", "500ZANS", "250USD");
    // The hub may have done it before.
    assertThat(done("exchange", "update").out()).containsAnyOf("observed", "nothing was done");
    assertThat(done("exchange", "update").out()).contains("nothing was done");
    world.pass(Duration.ofMinutes(1));
    assertThat(done("exchange", "update").out()).containsAnyOf("a new average", "nothing was done");

    assertThat(done("exchange", "price", "--json").out())
        .contains("\"spotUsd\":\"0.5\"", "\"averageUsd\":\"0.5\"", "\"averageAgeSeconds\":0");
    // 0.08 USD an hour at half a dollar for a coin.
    assertThat(done("price").out()).contains("0.16 ZANS an hour (44444444444450 units a second)");
    assertThat(done("price", "--json").out()).contains("\"rate\":\"44444444444450\"");
    assertThat(done("host", "estimate", "--cpu=32", "--memory=64", "--watts=0").out())
        // 0.08 · 730 hours, less a tenth, twice.
        .contains("105.12 ZANS");

    world.pass(Duration.ofDays(1).plusSeconds(1));
    world.anvil().mine();

    Run stale = done("price");
    assertThat(stale.out()).doesNotContain("In the coin");
    assertThat(stale.err()).contains("86401 seconds old");
    assertThat(done("exchange", "price").out()).contains("86401 seconds old");
  }

  @Test
  void badInput_isRefusedAndMovesNothing() {
    done("exchange", "add", "500ZANS", "250USD");
    Amount coins = Amount.ofCoins(500);
    Amount dollars = Amount.ofUnits(750_000_000);

    assertThat(run("exchange", "swap")).satisfies(refused(2, "--get AMOUNT"));
    assertThat(run("exchange", "swap", "1ZANS", "--get=1USD")).satisfies(refused(2, "--get"));
    for (String amount : List.of("1", "-1ZANS", "1EUR", "ZANS", "1e9USD", "1.0000000USD1")) {
      assertThat(run("exchange", "swap", amount).exit()).as(amount).isEqualTo(2);
    }
    assertThat(run("exchange", "swap", "0ZANS")).satisfies(refused(2, "nothing was asked for"));
    assertThat(run("exchange", "swap", "0.000000000000000001ZANS"))
        .satisfies(refused(2, "so little"));
    assertThat(run("exchange", "swap", "0.0000001USD")).satisfies(refused(2, "6 decimals"));
    assertThat(run("exchange", "swap", "501ZANS"))
        .satisfies(refused(5, "has 500 ZANS, needed are 501 ZANS"));
    assertThat(run("exchange", "swap", "--get=250USD")).satisfies(refused(5, "the pool has"));
    String largest = Amount.LARGEST.units().toString();
    assertThat(run("exchange", "swap", largest + "ZANS")).satisfies(refused(2, "units"));
    assertThat(run("exchange", "swap", Amount.LARGEST.coins() + "ZANS"))
        .satisfies(refused(2, "no room for"));
    assertThat(run("exchange", "swap", "1ZANS", "--slippage=60"))
        .satisfies(refused(2, "0 to 50 percent"));
    assertThat(run("exchange", "add", "1USD", "1ZANS")).satisfies(refused(2, "the coin"));
    assertThat(run("exchange", "add", "1ZANS", "0USD")).satisfies(refused(2, "nothing"));
    assertThat(run("exchange", "remove", "101")).satisfies(refused(2, "up to 100"));
    assertThat(run("exchange", "remove", "0")).satisfies(refused(2, "above 0"));
    assertThat(run("exchange", "history", "--limit=0")).satisfies(refused(2, "1 to 1000"));

    assertOwned(coins, dollars);
  }

  private void assertOwned(Amount coins, Amount dollars) {
    assertThat(contracts.exchange().owned(key.account(), Token.COIN)).isEqualTo(coins);
    assertThat(contracts.exchange().owned(key.account(), Token.DOLLAR)).isEqualTo(dollars);
  }

  private static ThrowingConsumer<Run> refused(int exit, String why) {
    return result -> {
      assertThat(result.err()).contains(why);
      assertThat(result.exit()).isEqualTo(exit);
    };
  }

  private Run done(String... arguments) {
    return run(arguments).ok();
  }

  private Run run(String... arguments) {
    return Run.with(profile, arguments);
  }
}
