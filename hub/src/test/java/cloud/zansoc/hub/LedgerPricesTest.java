package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.PriceUpdate;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.ChainExchange;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerPricesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void hub_withAnExchange_makesTheAverage(@TempDir Path folder) throws IOException {
    try (ChainWorld world = ChainWorld.start()) {
      ChainExchange contracts = ChainExchange.on(world, true);
      Exchange exchange = contracts.exchange();
      EvmKey provider = TestKeys.fresh();
      contracts.fund(provider, Amount.ofCoins(10), Amount.ofUnits(5_000_000));
      exchange
          .add(
              provider.account(),
              Amount.ofCoins(10),
              Amount.ofUnits(5_000_000),
              new Bounds(Amount.ZERO, Amount.ZERO, exchange.now()))
          .orThrow();
      assertThat(exchange.update(provider.account()).orThrow()).isEqualTo(PriceUpdate.OBSERVED);
      world.pass(Duration.ofMinutes(1));
      LedgerSettings settings =
          new LedgerSettings(
              LedgerSettings.Chain.of(world.anvil().url(), Anvil.CHAIN),
              world.ledger().id().escrow(),
              Optional.of(
                  new LedgerSettings.Exchange(contracts.contracts().router(), contracts.twap())),
              Duration.ofDays(1));

      try (LedgerNode node = new LedgerNode(settings, TestKeys.named("hub").account());
          LedgerPrices _ = LedgerPrices.start(node, folder)) {
        Outcome<AveragePrice> average = awaited(exchange);

        assertThat(average.orThrow().price().usd()).isEqualByComparingTo("0.5");
      }
      assertThat(folder.resolve(LedgerPrices.FOLDER).resolve(FolderWallet.KEYSTORE)).exists();
    }
  }

  private static Outcome<AveragePrice> awaited(Exchange exchange) {
    long start = System.nanoTime();
    Outcome<AveragePrice> average = exchange.twap();
    while (average instanceof Outcome.Refused && System.nanoTime() - start < PATIENCE.toNanos()) {
      average = exchange.twap();
    }
    return average;
  }
}
