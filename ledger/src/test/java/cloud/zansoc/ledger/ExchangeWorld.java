package cloud.zansoc.ledger;

import cloud.zansoc.ledger.evm.EvmKey;
import java.time.Duration;

/** An exchange with an empty pool, whose clock stands still but for {@link #pass}. */
public interface ExchangeWorld {
  Exchange exchange();

  /** Who gets a part of what liquidity earns. */
  AccountId treasury();

  /** Lets time pass before the next operation. */
  void pass(Duration time);

  /** Makes an account known, and gives it coins and dollars. */
  void fund(EvmKey key, Amount coins, Amount dollars);
}
