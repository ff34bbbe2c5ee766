package cloud.zansoc.ledger;

import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import java.time.Duration;
import java.time.Instant;

/** The model, with a clock that is set by hand. */
final class MemoryWorld implements World {
  private final EvmOffers offers;
  private final MemoryLedger ledger;
  private Instant now;

  MemoryWorld(LedgerId id, AccountId treasury, Instant start) {
    this.now = start;
    this.offers = new EvmOffers(id);
    this.ledger = new MemoryLedger(offers, treasury, () -> now);
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public EvmOffers offers() {
    return offers;
  }

  @Override
  public void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  public void fund(EvmKey key, Amount coins) {
    ledger.mint(key.account(), coins);
  }
}
