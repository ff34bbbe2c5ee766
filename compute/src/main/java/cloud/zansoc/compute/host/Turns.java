package cloud.zansoc.compute.host;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a step, one at a time: when it is woken, and when the time has come that the last one
 * named. Woken during a step, it takes another one after it. Thread-safe.
 */
final class Turns {
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

  private enum State {
    RESTING,
    RUNNING,
    AGAIN,
    CLOSED
  }

  private final Scheduler scheduler;
  private final String name;
  private final Supplier<Optional<Duration>> step;
  private final AtomicReference<State> state = new AtomicReference<>(State.RESTING);
  private volatile Scheduler.Timer timer = Scheduler.Timer.NONE;

  /**
   * @param step says after how long the next one is due; none: when it is woken
   */
  Turns(Scheduler scheduler, String name, Supplier<Optional<Duration>> step) {
    this.scheduler = scheduler;
    this.name = name;
    this.step = step;
  }

  void wake() {
    State before =
        state.getAndUpdate(now ->
            switch (now) {
              case RESTING -> State.RUNNING;
              case RUNNING, AGAIN -> State.AGAIN;
              case CLOSED -> State.CLOSED;
            });
    if (before == State.RESTING) {
      scheduler.run(name, this::take);
    }
  }

  /** Takes no step more; one that is under way goes on. */
  void close() {
    state.set(State.CLOSED);
    timer.cancel();
  }

  private void take() {
    while (true) {
      timer.cancel();
      timer =
          stepOnce()
              .map(delay -> scheduler.after(delay, name, this::wake))
              .orElse(Scheduler.Timer.NONE);
      if (state.compareAndSet(State.RUNNING, State.RESTING)) {
        return;
      }
      if (!state.compareAndSet(State.AGAIN, State.RUNNING)) {
        timer.cancel(); // Closed meanwhile.
        return;
      }
    }
  }

  private Optional<Duration> stepOnce() {
    try {
      return step.get();
    } catch (RuntimeException e) {
      LOG.error("{} failed, and is tried again", name, e);
      return Optional.of(AFTER_A_FAULT);
    }
  }
}
