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
  private static final int HEARTBEATS_BETWEEN_RECEIPTS = 6;

  private final Hosts hosts;
  private final Predicate<PeerId> relayed;
  private final Receipts receipts;
  private final HostTimeouts timeouts;
  private final Map<PeerId, Kept> links = new ConcurrentHashMap<>();

  /**
   * @param relayed which peers may reach hosts through the relay
   */
  HostLinks(Hosts hosts, Predicate<PeerId> relayed, Receipts receipts, HostTimeouts timeouts) {
    this.hosts = hosts;
    this.relayed = relayed;
    this.receipts = receipts;
    this.timeouts = timeouts;
  }

  /** A link, and the permits by which its thread is woken before its time. */
  private record Kept(HostLink link, Semaphore wake) {}

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
    Kept kept = new Kept(link, new Semaphore(0));
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
        if (kept.wake().tryAcquire(timeouts.heartbeat().toNanos(), TimeUnit.NANOSECONDS)) {
          kept.wake().drainPermits();
        }
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

  private void heartbeat(HostLink link) {
    Optional<HostRecord> host = hosts.record(link.host());
    if (host.isEmpty()) {
      return;
    }
    byte[] answer =
        link.order(Orders.HEARTBEAT, Json.write(hosts.settings(host.get())), heartbeatTimeout());
    hosts.seen(link.host(), link.remoteIp(), Json.read(answer, HostStatus.class));
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
