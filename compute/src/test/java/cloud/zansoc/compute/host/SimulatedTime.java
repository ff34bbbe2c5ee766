package cloud.zansoc.compute.host;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Time and threads of a test, which decides when it goes on: tasks run one at a time on the
 * caller's thread, in an order drawn by a seed, and timers when the time is advanced.
 */
final class SimulatedTime {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Random random;
  private long nanos;
  private Duration wallError = Duration.ZERO;
  private List<Task> ready = new ArrayList<>();
  private List<Due> due = new ArrayList<>();

  private record Task(String name, Runnable action) {}

  private record Due(long nanos, String name, Runnable action) {}

  SimulatedTime(long seed) {
    this.random = new Random(seed);
  }

  /** The true time. */
  Instant now() {
    return START.plusNanos(nanos);
  }

  /** What the host's clock shows. */
  Instant wall() {
    return now().plus(wallError);
  }

  /** Somebody sets the host's clock. */
  void setWallError(Duration error) {
    wallError = error;
  }

  /** A new program: what was to come in the one before does not come. */
  InstanceKeeper.Drive restart() {
    ready = new ArrayList<>();
    due = new ArrayList<>();
    return new InstanceKeeper.Drive(
        new HubClock(this::wall, () -> nanos), new Tasks(ready, due), Runnable::run);
  }

  /** Runs what is ready, and what becomes ready by that. */
  void settle() {
    while (runOne()) {
      // The loop's condition does it.
    }
  }

  /** Runs one task that is ready; says whether there was one. */
  boolean runOne() {
    for (Due next = next(nanos); next != null; next = next(nanos)) {
      due.remove(next);
      ready.add(new Task(next.name(), next.action()));
    }
    if (ready.isEmpty()) {
      return false;
    }
    ready.remove(random.nextInt(ready.size())).action().run();
    return true;
  }

  /** Lets time go by, from one timer to the next. */
  void advance(Duration time) {
    long end = nanos + time.toNanos();
    settle();
    for (Due next = next(end); next != null; next = next(end)) {
      nanos = next.nanos();
      settle();
    }
    nanos = end;
  }

  private @Nullable Due next(long end) {
    return due.stream()
        .filter(timer -> timer.nanos() <= end)
        .min((one, other) -> Long.compare(one.nanos(), other.nanos()))
        .orElse(null);
  }

  private final class Tasks implements Scheduler {
    private final List<Task> ready;
    private final List<Due> due;

    Tasks(List<Task> ready, List<Due> due) {
      this.ready = ready;
      this.due = due;
    }

    @Override
    public void run(String name, Runnable task) {
      ready.add(new Task(name, task));
    }

    @Override
    public Timer after(Duration delay, String name, Runnable task) {
      Due timer = new Due(nanos + Math.max(0, delay.toNanos()), name, task);
      due.add(timer);
      return () -> due.remove(timer);
    }

    @Override
    public void close() {
      due.clear();
    }
  }
}
