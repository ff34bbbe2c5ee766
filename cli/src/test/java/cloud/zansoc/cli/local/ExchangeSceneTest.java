package cloud.zansoc.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Terminal;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.ChainExchange;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ExchangeSceneTest {
  @Test
  void run_onADevelopmentChain_movesThePriceAndPricesAMachine() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Output output = new Output(new Terminal(stream, stream, OptionalInt.empty()), false);
    List<String> figures = new ArrayList<>();
    try (ChainWorld world = ChainWorld.start()) {
      ChainExchange contracts = ChainExchange.on(world, false);
      EvmKey client = TestKeys.fresh();
      contracts.fund(client, Amount.ofCoins(1000), Amount.ofUnits(500_000_000));

      new ExchangeScene(output, world::pass, (what, value) -> figures.add(what + ": " + value))
          .run(contracts.exchange(), client.account());
    }

    // 997 · 5 · 100 / (1000 · 50 + 997 · 5) coins for 5 USD; 55 / 90.93 USD a coin.
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("buys 9.0661089388", "a coin was 0.5 USD and is 0.604835");
    assertThat(figures)
        .hasSize(2)
        .anySatisfy(figure -> assertThat(figure).contains("0.5 USD → 0.604835"))
        .anySatisfy(figure -> assertThat(figure).contains("units a second"));
  }
}
