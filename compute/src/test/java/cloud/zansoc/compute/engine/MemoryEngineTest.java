package cloud.zansoc.compute.engine;

import java.time.InstantSource;

final class MemoryEngineTest extends EngineContract {
  private final MemoryEngine engine = new MemoryEngine(InstantSource.system());

  @Override
  protected Engine engine() {
    return engine;
  }

  @Override
  protected Engine reopened() {
    return engine.reopened();
  }

  @Override
  protected String image() {
    return MemoryEngine.IMAGE;
  }
}
