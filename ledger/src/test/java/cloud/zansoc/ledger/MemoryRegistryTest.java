package cloud.zansoc.ledger;

final class MemoryRegistryTest extends RegistryContract {
  @Override
  World world() {
    return new MemoryWorld();
  }
}
