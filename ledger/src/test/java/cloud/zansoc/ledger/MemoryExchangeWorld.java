package cloud.zansoc.ledger;

import cloud.zansoc.ledger.evm.EvmKey;
import java.time.Duration;
import java.time.Instant;

/** The model, with a clock that is set by hand. */
final class MemoryExchangeWorld implements ExchangeWorld {
  private static final int DECIMALS = 6;

  private final AccountId treasury;
  private final MemoryExchange exchange;
  private Instant now;

  MemoryExchangeWorld(AccountId treasury, PriceRules rules, Instant start) {
    this.treasury = treasury;
    this.now = start;
    this.exchange = new MemoryExchange(treasury, DECIMALS, rules, () -> now);
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public AccountId treasury() {
    return treasury;
  }

  @Override
  public void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  public void fund(EvmKey key, Amount coins, Amount dollars) {
    exchange.mint(key.account(), Token.COIN, coins);
    exchange.mint(key.account(), Token.DOLLAR, dollars);
  }
}
