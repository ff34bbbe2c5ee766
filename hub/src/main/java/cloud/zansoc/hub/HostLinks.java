package cloud.zansoc.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.HostStreams;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.HostTimeouts;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.control.HostLinkListener;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Orders;
import cloud.zansoc.storage.hub.OrderSender;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control connections of all hosts. On each one a thread asks for the host's status again and
 * again and fetches its receipts; a host that does not answer is cut off, so that it dials again.
 * Thread-safe.
 */
final class HostLinks implements HostLinkListener, OrderSender, HostStreams {
  private static final Logger LOG = LoggerFactory.getLogger(HostLinks.class);
  private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration ACCOUNT_TIMEOUT = Duration.ofSeconds(5);
  private static final int HEARTBEATS_BETWEEN_RECEIPTS = 6;
  private static final Duration CLOSELY = Duration.ofSeconds(20);
  private static final Duration CLOSE_PAUSE = Duration.ofMillis(150);

  private final Hosts hosts;
  private final Predicate<PeerId> relayed;
  private final Receipts receipts;
  private final HostTimeouts timeouts;
  private final HostAccounts accounts;
  private final Map<PeerId, Kept> links = new ConcurrentHashMap<>();
  private volatile Optional<Attendant> attendant = Optional.empty();
  private volatile Optional<Duration> replacedAfter = Optional.empty();

  /**
   * @param relayed which peers may reach hosts through the relay
   */
  HostLinks(
      Hosts hosts,
      Predicate<PeerId> relayed,
      Receipts receipts,
      HostTimeouts timeouts,
      HostAccounts accounts) {
    this.hosts = hosts;
    this.relayed = relayed;
    this.receipts = receipts;
    this.timeouts = timeouts;
    this.accounts = accounts;
  }

  /** Somebody else who asks hosts that are connected. */
  interface Attendant {
    /** Asks the host what it has to ask, after each heartbeat. */
    void attend(PeerId host);

    /** The host's connection is gone. */
    void disconnected(PeerId host);
  }

  /**
   * A link, and the permits by which its thread is woken before its time.
   *
   * @param closelyUntil the attendant asks more often until then, by System.nanoTime
   */
  private record Kept(HostLink link, Semaphore wake, AtomicLong closelyUntil) {
    private boolean isClose() {
      return closelyUntil.get() - System.nanoTime() > 0;
    }
  }

  /**
   * From now on {@code other} attends hosts too.
   *
   * @param replacedAfter what hosts are told: after such a silence their instances may run
   *     elsewhere
   */
  void attendedBy(Attendant other, Duration replacedAfter) {
    this.replacedAfter = Optional.of(replacedAfter);
    attendant = Optional.of(other);
  }

  /** A host will have news soon: its attendant asks it more often for a while. */
  void attendClosely(PeerId host) {
    Optional.ofNullable(links.get(host))
        .ifPresent(kept -> {
          kept.closelyUntil().set(System.nanoTime() + CLOSELY.toNanos());
          kept.wake().release();
        });
  }

  @Override
  public boolean admits(PeerId host) {
    return hosts.isEnrolled(host);
  }

  @Override
  public boolean mayRelay(PeerId client, PeerId host) {
    return relayed.test(client);
  }

  @Override
  public void connected(HostLink link) {
    Kept kept = new Kept(link, new Semaphore(0), new AtomicLong(System.nanoTime()));
    links.put(link.host(), kept);
    LOG.info("host {} connected from {}", link.host().shortText(), link.remoteIp());
    Thread.ofVirtual().name("host " + link.host().shortText()).start(() -> attend(kept));
  }

  @Override
  public void disconnected(HostLink link) {
    Kept kept = links.get(link.host());
    if (kept != null && kept.link().equals(link) && links.remove(link.host(), kept)) {
      hosts.disconnected(link.host());
      kept.wake().release();
      attendant.ifPresent(its -> its.disconnected(link.host()));
      LOG.info("host {} disconnected", link.host().shortText());
    }
  }

  /** Tells the host at once what it shall do now; ends the link of one that has left. */
  void changed(PeerId host) {
    Optional.ofNullable(links.get(host)).ifPresent(kept -> kept.wake().release());
  }

  @Override
  public byte[] order(PeerId host, String name, byte[] body, Duration timeout) {
    return link(host).order(name, body, timeout);
  }

  @Override
  public ControlStream open(PeerId host, String name, byte[] request, Duration timeout) {
    return link(host).open(name, request, timeout);
  }

  private HostLink link(PeerId host) {
    Kept kept = links.get(host);
    if (kept == null) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "host " + host.shortText() + " is not connected");
    }
    return kept.link();
  }

  private void attend(Kept kept) {
    PeerId id = kept.link().host();
    try {
      for (int beat = 0; kept.equals(links.get(id)) && hosts.isEnrolled(id); beat++) {
        heartbeat(kept.link());
        if (beat % HEARTBEATS_BETWEEN_RECEIPTS == 0) {
          collectReceipts(kept.link());
        }
        awaitNextBeat(kept);
      }
    } catch (ZansocException e) {
      LOG.info("host {} does not answer: {}", id.shortText(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("attending host {} failed", id.shortText(), e);
    } finally {
      kept.link().close();
      disconnected(kept.link());
    }
  }

  /** Until the next heartbeat, or until something has changed. */
  private void awaitNextBeat(Kept kept) throws InterruptedException {
    long next = System.nanoTime() + timeouts.heartbeat().toNanos();
    attendant.ifPresent(its -> its.attend(kept.link().host()));
    while (kept.isClose() && next - System.nanoTime() > 0) {
      kept.wake().drainPermits();
      Thread.sleep(CLOSE_PAUSE);
      attendant.ifPresent(its -> its.attend(kept.link().host()));
    }
    long left = Math.max(0, next - System.nanoTime());
    if (kept.wake().tryAcquire(left, TimeUnit.NANOSECONDS)) {
      kept.wake().drainPermits();
    }
  }

  private void heartbeat(HostLink link) {
    Optional<HostRecord> host = hosts.record(link.host());
    if (host.isEmpty()) {
      return;
    }
    byte[] answer =
        link.order(
            Orders.HEARTBEAT,
            Json.write(hosts.settings(host.get()).replacing(replacedAfter)),
            heartbeatTimeout());
    HostStatus status =
        accounts.checked(
            host.get(),
            Json.read(answer, HostStatus.class),
            () -> link.order(Orders.ACCOUNT, new byte[0], ACCOUNT_TIMEOUT));
    // An answer that was under way while its connection ended must not bring the host back.
    links.computeIfPresent(
        link.host(),
        (id, kept) -> {
          if (kept.link().equals(link)) {
            hosts.seen(id, link.remoteIp(), status);
          }
          return kept;
        });
  }

  /** A host that cannot give its receipts now gives them later; it may serve all the same. */
  private void collectReceipts(HostLink link) {
    try {
      receipts.collect(link);
    } catch (ZansocException e) {
      LOG.warn("host {} gave no receipts: {}", link.host().shortText(), e.getMessage());
    }
  }

  private Duration heartbeatTimeout() {
    Duration rest = timeouts.offline().minus(timeouts.heartbeat());
    return rest.compareTo(SHORTEST_TIMEOUT) < 0 ? SHORTEST_TIMEOUT : rest;
  }
}
