package cloud.zansoc.ledger;

final class MemoryRewardsTest extends RewardsContract {
  @Override
  World world() {
    return new MemoryWorld();
  }
}
