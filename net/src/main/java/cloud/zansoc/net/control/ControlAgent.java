package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockTimings;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.block.Protocols;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host's end of the control connection: dials the hub, serves its orders, its streams and the
 * clients that it relays, and dials again whenever the connection is lost or silent. Thread-safe.
 */
public final class ControlAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlAgent.class);

  /** Where the connection stands. */
  public enum State {
    /** Dialling, or not yet greeted by the hub. */
    CONNECTING,
    /** Connected; orders may come. */
    CONNECTED,
    /** Waiting before the next dialling. */
    WAITING,
    /** Closed for good. */
    CLOSED
  }

  /**
   * The state, and why the last connection failed or ended, if one did.
   *
   * @param failure gone once the hub has been reached again
   */
  public record Status(State state, Optional<ZansocException> failure) {
    /** Whether the hub's machine answered that nothing listens there. */
    public boolean isRefused() {
      for (Throwable cause = failure.orElse(null); cause != null; cause = cause.getCause()) {
        if (cause instanceof ConnectException
            && String.valueOf(cause.getMessage()).contains("Connection refused")) {
          return true;
        }
      }
      return false;
    }
  }

  private final PeerTransport transport;
  private final Relay hub;
  private final HostStreams streams;
  private final ControlTimings timings;
  private final List<Consumer<Status>> observers = new CopyOnWriteArrayList<>();
  private volatile Status status = new Status(State.CONNECTING, Optional.empty());
  private volatile @Nullable Thread dialler;
  private volatile boolean closed;

  /**
   * An agent that does not dial yet.
   *
   * @param hub its peer port, and the id it must prove
   */
  public ControlAgent(PeerTransport transport, Relay hub, HostServices services) {
    this(transport, hub, services, ControlTimings.STANDARD);
  }

  /** As above, with waiting times of one's own. */
  public ControlAgent(
      PeerTransport transport, Relay hub, HostServices services, ControlTimings timings) {
    this.transport = transport;
    this.hub = hub;
    this.streams = new HostStreams(services);
    this.timings = timings;
  }

  /** Begins to dial, and goes on until closed; returns at once. */
  public void start() {
    dialler = Thread.ofVirtual().name("control-agent").start(this::keepConnected);
  }

  /** Where the connection stands. */
  public Status status() {
    return status;
  }

  /** Tells {@code observer} of each change from now on, on the agent's threads. */
  public void observe(Consumer<Status> observer) {
    observers.add(observer);
  }

  /** Ends the connection; does not dial again. */
  @Override
  public void close() {
    closed = true;
    Thread thread = dialler;
    if (thread != null) {
      thread.interrupt();
      joinUninterrupted(thread);
    }
  }

  private static void joinUninterrupted(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepConnected() {
    long waitMillis = timings.firstWait().toMillis();
    try {
      while (!closed) {
        change(State.CONNECTING, status.failure().orElse(null));
        Session session = new Session();
        session.live();
        ZansocException reason = session.reason();
        LOG.info("the connection to the hub is down: {}", reason.getMessage());
        if (session.wasConnected) {
          waitMillis = timings.firstWait().toMillis();
        }
        change(State.WAITING, reason);
        Thread.sleep(waitMillis / 2 + ThreadLocalRandom.current().nextLong(waitMillis / 2 + 1));
        waitMillis = Math.min(2 * waitMillis, timings.longestWait().toMillis());
      }
    } catch (InterruptedException e) {
      LOG.debug("the agent was closed");
    } finally {
      change(State.CLOSED, null);
    }
  }

  private void change(State state, @Nullable ZansocException failure) {
    Status next = new Status(state, Optional.ofNullable(failure));
    status = next;
    observers.forEach(observer -> observer.accept(next));
  }

  /** One connection, from dialling to its end. */
  private final class Session implements PeerTransport.Proof {
    private final CompletableFuture<Channel> proved = new CompletableFuture<>();
    private volatile @Nullable ZansocException ended;
    private volatile boolean wasConnected;

    /** Dials and stays until the connection is over. */
    void live() throws InterruptedException {
      @Nullable Channel channel = null;
      try {
        ChannelFuture dialling =
            transport.connect(
                resolve(hub.address()), Protocols.CONTROL, BlockTimings.STANDARD, this);
        channel = dialling.channel();
        proved.get();
        channel.closeFuture().await();
      } catch (ExecutionException e) {
        LOG.debug("dialling the hub failed", e);
      } catch (ZansocException e) {
        ended = e;
      } finally {
        if (channel != null) {
          var _ = channel.close();
        }
      }
    }

    ZansocException reason() {
      ZansocException known = ended;
      return known == null
          ? new ZansocException(ErrorCode.UNREACHABLE, "the hub ended the connection")
          : known;
    }

    @Override
    public Optional<PeerId> expected() {
      return Optional.of(hub.hub());
    }

    @Override
    public void proved(Channel channel, PeerId peer, String protocol) {
      ControlHttp.addHost(
          channel, timings, streams, new ConnectionTail(this::greeted, this::ended));
      proved.complete(channel);
    }

    @Override
    public void failed(ZansocException failure) {
      ended = failure;
      proved.completeExceptionally(failure);
    }

    private void greeted() {
      if (ended == null && !wasConnected) {
        wasConnected = true;
        change(State.CONNECTED, null);
      }
    }

    private void ended(ZansocException reason) {
      if (ended == null) {
        ended = reason;
      }
      wasConnected &= reason.code() != ErrorCode.FORBIDDEN;
    }

    private static InetSocketAddress resolve(HostAddress address) {
      InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
      if (resolved.isUnresolved()) {
        throw new ZansocException(
            ErrorCode.UNREACHABLE,
            "the hub's name " + address.host() + " has no address; check the DNS");
      }
      return resolved;
    }
  }
}
