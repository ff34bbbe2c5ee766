package cloud.zansoc.ledger;

final class MemoryChannelsTest extends ChannelsContract {
  @Override
  World world() {
    return new MemoryWorld();
  }
}
