package cloud.zansoc.compute.engine;

import cloud.zansoc.base.InstanceId;
import java.time.Instant;
import java.util.Optional;

/**
 * An instance as its engine sees it.
 *
 * @param process the number of its first process on this machine while it runs; none where
 *     instances run elsewhere
 * @param exitCode of its last end
 * @param memoryExceeded whether that end was for want of memory
 * @param started when it was started last
 */
public record EngineInstance(
    InstanceId id,
    State state,
    Optional<Long> process,
    Optional<Integer> exitCode,
    boolean memoryExceeded,
    Optional<Instant> started) {
  /** What an engine knows of an instance's state. */
  public enum State {
    CREATED,
    RUNNING,
    PAUSED,
    EXITED
  }
}
