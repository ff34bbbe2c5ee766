package cloud.zansoc.compute.host;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineInstance;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What waits for one instance to stand still. {@link #add} is thread-safe. */
final class Stills {
  private final InstanceId id;
  private final Engine engine;
  private final Queue<Still> waiting = new ConcurrentLinkedQueue<>();

  /** Something to be done, and whether it was. */
  private record Still(Runnable action, CompletableFuture<Boolean> done) {}

  Stills(InstanceId id, Engine engine) {
    this.id = id;
    this.engine = engine;
  }

  CompletableFuture<Boolean> add(Runnable action) {
    Still still = new Still(action, new CompletableFuture<>());
    waiting.add(still);
    return still.done();
  }

  /**
   * Does what waits.
   *
   * @param allowed whether the instance belongs here; else nothing is done
   */
  void take(boolean allowed) {
    for (Still still = waiting.poll(); still != null; still = waiting.poll()) {
      try {
        still.done().complete(allowed && take(still.action()));
      } catch (RuntimeException e) {
        still.done().completeExceptionally(e);
      }
    }
  }

  private boolean take(Runnable action) {
    Optional<EngineInstance.State> seen = engine.find(id).map(EngineInstance::state);
    if (seen.equals(Optional.of(EngineInstance.State.PAUSED))) {
      return false; // It is fenced.
    }
    if (!seen.equals(Optional.of(EngineInstance.State.RUNNING))) {
      action.run();
      return true;
    }
    engine.pause(id);
    try {
      action.run();
      return true;
    } finally {
      engine.unpause(id);
    }
  }
}
