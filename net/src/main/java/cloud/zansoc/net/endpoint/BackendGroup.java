package cloud.zansoc.net.endpoint;

import cloud.zansoc.base.PeerId;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The replicas behind one published port, and the choice among them: the one with the fewest
 * requests under way, of equals any. One that could not be connected to is left out for a while, in
 * which it is tried only when there is no other. Thread-safe.
 */
// A close that fails is a close all the same.
@SuppressWarnings("FutureReturnValueIgnored")
public final class BackendGroup {
  /** How long a backend that failed is left out, in nanoseconds. */
  static final long PENALTY_NANOS = 5_000_000_000L;

  private final String name;
  private final LongSupplier nanoTime;
  private volatile List<Member> members = List.of();

  /** No longer chosen, and with something under way when they were left out. */
  private volatile List<Member> leaving = List.of();

  /**
   * @param name for people, in errors and logs
   */
  public BackendGroup(String name) {
    this(name, System::nanoTime);
  }

  BackendGroup(String name, LongSupplier nanoTime) {
    this.name = name;
    this.nanoTime = nanoTime;
  }

  /** For people. */
  public String name() {
    return name;
  }

  /** These are its backends now; what is known of those that stay is kept. */
  public synchronized void update(List<Backend> backends) {
    Map<Backend, Member> known =
        members.stream().collect(Collectors.toMap(Member::backend, Function.identity()));
    List<Member> before = members;
    members =
        backends.stream()
            .distinct()
            .map(backend -> known.getOrDefault(backend, new Member(backend, nanoTime.getAsLong())))
            .toList();
    leave(before);
  }

  /** Keeps those that are no longer chosen, as long as something is under way there. */
  private void leave(List<Member> before) {
    leaving =
        Stream.concat(leaving.stream(), before.stream())
            .filter(member -> member.active.get() > 0 && !members.contains(member))
            .distinct()
            .toList();
  }

  /**
   * Closes the connections to backends that are no longer chosen and will not be again. To those of
   * a host that is silent, which may come back, connections stay.
   *
   * @param over tells by a backend's name
   */
  public void end(Predicate<String> over) {
    leaving.stream().filter(member -> over.test(member.backend().name())).forEach(Member::end);
  }

  /** Whether a backend still has requests or connections under way. */
  public boolean isBusy(String backend) {
    return Stream.concat(leaving.stream(), members.stream())
        .anyMatch(member -> member.backend().name().equals(backend) && member.active.get() > 0);
  }

  /** Its backends on a host are gone: what can be asked for elsewhere is not waited for there. */
  public void lose(PeerId host) {
    List<Member> lost;
    synchronized (this) {
      lost = members.stream().filter(member -> member.backend().host().equals(host)).toList();
      if (!lost.isEmpty()) {
        List<Member> before = members;
        members = before.stream().filter(member -> !lost.contains(member)).toList();
        leave(before);
      }
    }
    lost.forEach(Member::lose);
  }

  /** How many backends there are. */
  public int size() {
    return members.size();
  }

  /**
   * Takes a backend for one request or connection; {@link Member#release} gives it back.
   *
   * @param tried not to be taken again
   */
  Optional<Member> take(Set<Member> tried) {
    long now = nanoTime.getAsLong();
    List<Member> best = new ArrayList<>();
    long least = Long.MAX_VALUE;
    for (Member member : members) {
      if (tried.contains(member)) {
        continue;
      }
      long load = member.load(now);
      if (load < least) {
        least = load;
        best.clear();
      }
      if (load == least) {
        best.add(member);
      }
    }
    if (best.isEmpty()) {
      return Optional.empty();
    }
    Member chosen = best.get(ThreadLocalRandom.current().nextInt(best.size()));
    chosen.active.incrementAndGet();
    return Optional.of(chosen);
  }

  /** A backend, and how it does. */
  final class Member {
    private static final long LEFT_OUT = 1L << 32;

    private final Backend backend;
    private final AtomicInteger active = new AtomicInteger();
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final Set<Channel> joined = ConcurrentHashMap.newKeySet();
    private volatile boolean isLost;
    private volatile boolean isOver;
    private volatile long wellAt;

    Member(Backend backend, long now) {
      this.backend = backend;
      this.wellAt = now;
    }

    Backend backend() {
      return backend;
    }

    BackendGroup group() {
      return BackendGroup.this;
    }

    /** Somebody waits for its answer, and is to be told when its host is lost. */
    void await(Runnable lost) {
      waiting.add(lost);
      if (isLost) {
        lost.run();
      }
    }

    private void lose() {
      isLost = true;
      waiting.forEach(Runnable::run);
    }

    /** A connection to it that lasts: it gives its place back when it ends. */
    void join(Channel connection) {
      joined.add(connection);
      connection
          .closeFuture()
          .addListener(closed -> {
            joined.remove(connection);
            release();
          });
      if (isOver) {
        connection.close();
      }
    }

    private void end() {
      isOver = true;
      joined.forEach(Channel::close);
    }

    /** Nobody waits any more. */
    void forget(Runnable lost) {
      waiting.remove(lost);
    }

    /** The request or connection is over. */
    void release() {
      active.decrementAndGet();
    }

    /** It could not be reached: leave it out for a while. */
    void failed() {
      wellAt = nanoTime.getAsLong() + PENALTY_NANOS;
    }

    /** It answered. */
    void succeeded() {
      if (wellAt - nanoTime.getAsLong() > 0) {
        wellAt = nanoTime.getAsLong();
      }
    }

    private long load(long now) {
      return active.get() + (wellAt - now > 0 ? LEFT_OUT : 0);
    }
  }
}
