package cloud.zansoc.ledger;

import cloud.zansoc.ledger.evm.ChainExchange;
import cloud.zansoc.ledger.evm.ChainWorld;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The suite on Uniswap's contracts and ours, in a chain process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EvmExchangeTest extends ExchangeContract {
  private final ChainWorld chain;

  EvmExchangeTest() throws IOException {
    this.chain = ChainWorld.start();
  }

  @AfterAll
  void endChain() {
    chain.close();
  }

  @Override
  ExchangeWorld world() {
    return ChainExchange.on(chain, true);
  }
}
