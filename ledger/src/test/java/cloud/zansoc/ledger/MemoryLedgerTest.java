package cloud.zansoc.ledger;

final class MemoryLedgerTest extends LedgerContract {
  @Override
  World world() {
    return new MemoryWorld();
  }
}
