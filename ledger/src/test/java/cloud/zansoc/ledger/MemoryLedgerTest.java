package cloud.zansoc.ledger;

import java.time.Instant;

final class MemoryLedgerTest extends LedgerContract {
  private static final LedgerId ID = new LedgerId(31337, TestKeys.named("escrow").account());

  @Override
  World world() {
    Instant start = Instant.ofEpochSecond(1_900_000_000);
    return new MemoryWorld(ID, TestKeys.named("treasury").account(), start);
  }
}
