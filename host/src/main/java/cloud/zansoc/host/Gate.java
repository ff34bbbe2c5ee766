package cloud.zansoc.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.HostSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Optional;

/**
 * Decides whether the host takes something new: blocks to store, repairs to do. What is stored is
 * served whatever the gate says: an owner's off-hours must not take clients' data away.
 * Thread-safe.
 */
final class Gate {
  private final Clock clock;
  private volatile Schedule schedule;
  private volatile boolean paused;
  private volatile Optional<Instant> reclaimed = Optional.empty();
  private volatile boolean draining;
  private volatile boolean stopping;

  /**
   * @param clock with the machine's time zone
   */
  Gate(Clock clock, Schedule schedule) {
    this.clock = clock;
    this.schedule = schedule;
  }

  void schedule(Schedule hours) {
    schedule = hours;
  }

  void obey(HostSettings settings) {
    reclaimed = settings.reclaimed();
    paused = settings.paused();
    draining = settings.draining();
  }

  /** From now on, nothing new: the agent is about to stop. */
  void stop() {
    stopping = true;
  }

  /** Throws HOST_PAUSED, with the reason, where nothing new is taken. */
  void requireOpen() {
    closed()
        .ifPresent(reason -> {
          throw new ZansocException(
              ErrorCode.HOST_PAUSED,
              "this host takes nothing new, it is " + reason + ": use another host");
        });
  }

  /** Why nothing new is taken; empty when something is. */
  Optional<String> closed() {
    if (stopping) {
      return Optional.of("stopping");
    }
    if (draining) {
      return Optional.of("draining");
    }
    if (paused) {
      return Optional.of(
          reclaimed
              .map(at -> "paused, and runs no instances from %s on".formatted(at))
              .orElse("paused"));
    }
    return schedule.isOpen(LocalDateTime.now(clock))
        ? Optional.empty()
        : Optional.of("out of its hours (" + schedule + ")");
  }
}
