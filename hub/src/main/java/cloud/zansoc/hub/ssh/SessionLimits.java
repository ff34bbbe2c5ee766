package cloud.zansoc.hub.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many sessions there may be, and that those whose client has vanished end. */
final class SessionLimits implements SessionListener {
  /** Connections that have not shown a key yet. */
  static final int MOST_STRANGERS = 128;

  /** Sessions of one tenant. */
  static final int MOST_OF_TENANT = 256;

  /** How long a connection may take to show a key. */
  static final Duration LOGIN_TIME = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(SessionLimits.class);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(90);
  private static final AttributeKey<Boolean> STRANGER = new AttributeKey<>();

  private final AtomicInteger strangers = new AtomicInteger();
  private final ConcurrentHashMap<String, Integer> sessions = new ConcurrentHashMap<>();

  @Override
  public void sessionCreated(Session session) {
    session.setAttribute(STRANGER, true);
    if (strangers.incrementAndGet() > MOST_STRANGERS) {
      LOG.debug("closing {}: {} connections have not shown a key", session, strangers);
      session.close(true);
    }
  }

  @Override
  public void sessionEvent(Session session, Event event) {
    if (event != Event.Authenticated) {
      return;
    }
    knownNow(session);
    for (String tenant : tenants(session)) {
      if (sessions.merge(tenant, 1, Integer::sum) > MOST_OF_TENANT) {
        disconnect(session, "you have %d sessions already: end some".formatted(MOST_OF_TENANT));
      }
    }
    Thread.ofVirtual().name("ssh keep-alive").start(() -> keepAlive(session));
  }

  @Override
  public void sessionClosed(Session session) {
    if (!knownNow(session)) {
      tenants(session)
          .forEach(tenant -> sessions.computeIfPresent(tenant, (its, n) -> n == 1 ? null : n - 1));
    }
  }

  /** Whether it was a stranger until now. */
  private boolean knownNow(Session session) {
    if (session.removeAttribute(STRANGER) == null) {
      return false;
    }
    strangers.decrementAndGet();
    return true;
  }

  private static Set<String> tenants(Session session) {
    Set<String> tenants = session.getAttribute(InstanceFinder.TENANTS);
    return tenants == null ? Set.of() : tenants;
  }

  private static void disconnect(Session session, String why) {
    try {
      session.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, why);
    } catch (IOException e) {
      session.close(true);
    }
  }

  private static void keepAlive(Session session) {
    try {
      while (session.isOpen()) {
        Thread.sleep(KEEP_ALIVE);
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        request.putString("keepalive@openssh.com");
        request.putBoolean(true);
        session.request("keepalive@openssh.com", request, SILENCE);
      }
    } catch (IOException e) {
      LOG.debug("{} does not answer", session, e);
      session.close(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
