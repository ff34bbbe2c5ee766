package cloud.zansoc.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoDealTest {
  private final EvmKey client = TestKeys.fresh();
  private final EvmKey host = TestKeys.fresh();

  @Test
  void play_onADevelopmentChain_isProvenOnceAndFaultedOnce(@TempDir Path folder)
      throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[3_000_000]);
    try (ChainWorld world = ChainWorld.start()) {
      for (EvmKey key : List.of(client, host)) {
        world.fund(key, Amount.ofCoins(1));
        world.ledger().deposit(key.account(), Amount.ofCoins(1)).orThrow();
      }

      DemoDeal.Result result =
          new DemoDeal(world.deals(), world.registry(), blocks -> world.mine((int) blocks))
              .play(client, host, file, world.ledger().now());

      assertThat(result.proven().gross()).isEqualTo(DemoDeal.PRICE);
      assertThat(result.faulted().periods()).isEqualTo(1);
      assertThat(result.faulted().slashed()).isEqualTo(DemoDeal.PENALTY);
      assertThat(world.ledger().balance(host.account()))
          .isEqualTo(Amount.ofCoins(1).minus(DemoDeal.PENALTY).plus(result.proven().net()));
      assertThat(world.ledger().balance(client.account()))
          .isEqualTo(Amount.ofCoins(1).minus(DemoDeal.PRICE).plus(DemoDeal.PENALTY));
    }
  }
}
