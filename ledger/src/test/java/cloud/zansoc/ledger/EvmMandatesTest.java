package cloud.zansoc.ledger;

import cloud.zansoc.ledger.evm.ChainWorld;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The suite on the contracts themselves, in a chain process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EvmMandatesTest extends MandatesContract {
  private final ChainWorld chain;

  EvmMandatesTest() throws IOException {
    this.chain = ChainWorld.start();
  }

  @AfterAll
  void endChain() {
    chain.close();
  }

  @Override
  World world() {
    return chain;
  }
}
