package cloud.zansoc.compute.hub;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * What the hub has heard of hosts, and what it concludes. Nothing here is durable on purpose: a hub
 * that starts again has heard of nobody, and gives every host time to come back before it concludes
 * anything. Thread-safe.
 */
public final class HostWatch {
  private final Registry registry;
  private final ComputeSettings settings;
  private final Clock clock;
  private final Instant started;
  private final Map<PeerId, Signs> signs = new ConcurrentHashMap<>();

  /** The hosts as they are registered. */
  public interface Registry {
    /**
     * Those that lend for computing and have not left: {@code free} is all that they lend, and
     * {@code reputation} 1.
     */
    List<ComputeHost> hosts();

    /** One of them. */
    Optional<ComputeHost> host(PeerId id);

    /** What a host shall do. */
    Wish wish(PeerId host);

    /** From when on the owner of a host that is cleared has it back; none where that is never. */
    Optional<Instant> reclaimed(PeerId host);

    /** The name that people know a host by. */
    String name(PeerId host);
  }

  /** What a host shall do, as far as instances are concerned. */
  public enum Wish {
    STAY,
    /** Its instances are moved away. */
    CLEAR,
    /** It is gone for good. */
    LEFT
  }

  /** How a host is. */
  public enum Condition {
    THERE,
    /** It is there, and its instances are to be moved away. */
    LEAVING,
    /** It is there, and its owner has it back: nothing is to run there any more. */
    RECLAIMED,
    /** Not heard for a while: nothing is moved yet. */
    SILENT,
    /** Silent beyond the grace, and a probe was in vain. */
    DEAD,
    /** It has left. */
    GONE;

    /** Whether the host answers. */
    boolean isHeard() {
      return this == THERE || isCleared();
    }

    /** Whether the host answers, and its instances are to be elsewhere. */
    boolean isCleared() {
      return this == LEAVING || this == RECLAIMED;
    }

    /** Whether nothing is expected of the host any more. */
    boolean isLost() {
      return this == DEAD || this == GONE;
    }
  }

  /**
   * A host's answer about its instances.
   *
   * @param asked when the question was put: what was ordered later need not be in it
   */
  public record Report(Instant asked, Map<InstanceId, InstanceStatus> statuses) {
    public Report {
      statuses = Map.copyOf(statuses);
    }
  }

  /**
   * @param probedInVain when the newest probe that nobody answered was begun
   */
  private record Signs(
      Optional<Instant> heard,
      boolean connected,
      Optional<Instant> probedInVain,
      Optional<Report> report) {
    private static final Signs NONE =
        new Signs(Optional.empty(), false, Optional.empty(), Optional.empty());

    Signs heard(Instant at) {
      return new Signs(Optional.of(at), true, probedInVain, report);
    }

    Signs disconnected() {
      return new Signs(heard, false, probedInVain, report);
    }

    Signs unanswered(Instant at) {
      return new Signs(heard, connected, Optional.of(at), report);
    }

    Signs reported(Report newer) {
      return new Signs(heard, connected, probedInVain, Optional.of(newer));
    }
  }

  public HostWatch(Registry registry, ComputeSettings settings, Clock clock) {
    this.registry = registry;
    this.settings = settings;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** The hosts that lend for computing. */
  public List<ComputeHost> hosts() {
    return registry.hosts();
  }

  /** One of them. */
  public Optional<ComputeHost> host(PeerId id) {
    return registry.host(id);
  }

  /** The name that people know a host by. */
  public String name(PeerId host) {
    return registry.name(host);
  }

  /** From when on the owner of a host has it back; none where that was not asked for. */
  public Optional<Instant> reclaimed(PeerId host) {
    return registry.reclaimed(host);
  }

  /** A host has answered something. */
  public void heard(PeerId host) {
    change(host, its -> its.heard(clock.instant()));
  }

  /** A host's connection is gone. */
  public void disconnected(PeerId host) {
    change(host, Signs::disconnected);
  }

  /** A host did not answer a question that was put then. */
  public void unanswered(PeerId host, Instant asked) {
    change(host, its -> its.unanswered(asked));
  }

  /**
   * A host has told of its instances.
   *
   * @return whether it is something new, or comes after a silence
   */
  public boolean reported(PeerId host, Instant asked, Collection<InstanceStatus> statuses) {
    Map<InstanceId, InstanceStatus> byId = new HashMap<>();
    statuses.forEach(status -> byId.put(status.id(), status));
    Signs before = signs(host);
    Report newer = new Report(asked, byId);
    change(host, its -> its.heard(clock.instant()).reported(newer));
    return !before.connected()
        || before.report().filter(its -> unmetered(its).equals(unmetered(newer))).isEmpty();
  }

  /** What is news when it changes: the seconds metered change each time. */
  private static Map<InstanceId, List<Object>> unmetered(Report report) {
    Map<InstanceId, List<Object>> seen = new HashMap<>();
    report
        .statuses()
        .forEach((id, status) ->
            seen.put(
                id,
                List.of(
                    status.generation(),
                    status.revision(),
                    status.state(),
                    status.health(),
                    status.restarts())));
    return seen;
  }

  private void change(PeerId host, UnaryOperator<Signs> step) {
    signs.compute(host, (key, its) -> step.apply(its == null ? Signs.NONE : its));
  }

  private Signs signs(PeerId host) {
    return signs.getOrDefault(host, Signs.NONE);
  }

  /** A host's newest answer about its instances. */
  public Optional<Report> report(PeerId host) {
    return signs(host).report();
  }

  /** Since when a host has not been heard. */
  public Instant heardLast(PeerId host) {
    Instant counted = started.plus(settings.gathering());
    return signs(host).heard().orElse(counted);
  }

  /** How a host is now. */
  public Condition condition(PeerId host) {
    Wish wish = registry.wish(host);
    if (wish == Wish.LEFT) {
      return Condition.GONE;
    }
    Signs its = signs(host);
    Instant heard = heardLast(host);
    Duration silent = Duration.between(heard, clock.instant());
    if (silent.compareTo(settings.grace()) >= 0
        && its.probedInVain()
            .filter(at -> !at.isBefore(heard.plus(settings.grace())))
            .isPresent()) {
      return Condition.DEAD;
    }
    if (!its.connected() || silent.compareTo(settings.suspicion()) >= 0) {
      return Condition.SILENT;
    }
    if (wish == Wish.STAY) {
      return Condition.THERE;
    }
    boolean over = registry.reclaimed(host).filter(at -> !at.isAfter(clock.instant())).isPresent();
    return over ? Condition.RECLAIMED : Condition.LEAVING;
  }

  /** Of these hosts, those to be probed now. */
  public List<PeerId> suspects(Collection<PeerId> hosts) {
    List<PeerId> suspects = new ArrayList<>();
    for (PeerId host : hosts) {
      Condition condition = condition(host);
      if (condition == Condition.SILENT || condition == Condition.DEAD) {
        suspects.add(host);
      }
    }
    return suspects;
  }
}
