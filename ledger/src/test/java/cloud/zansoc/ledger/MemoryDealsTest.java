package cloud.zansoc.ledger;

final class MemoryDealsTest extends DealsContract {
  @Override
  World world() {
    return new MemoryWorld();
  }
}
