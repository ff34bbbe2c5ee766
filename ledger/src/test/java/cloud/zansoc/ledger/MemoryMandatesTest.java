package cloud.zansoc.ledger;

final class MemoryMandatesTest extends MandatesContract {
  @Override
  World world() {
    return new MemoryWorld();
  }
}
