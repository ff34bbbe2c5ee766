package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection to each host: direct where the host says that it listens, else, or where
 * that failed within the last {@link #DIRECT_AGAIN}, through the relay. Thread-safe.
 */
public final class NettyBlockDialer implements BlockDialer {
  /** For how long a host that could not be reached directly is tried by relay first. */
  static final Duration DIRECT_AGAIN = Duration.ofMinutes(10);

  private final Dialing dialing;
  private final ConcurrentHashMap<PeerId, CompletableFuture<BlockClientConnection>> connections =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<PeerId, Long> directFailedNanos = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** A dialer without connections; it leaves {@code transport} open when it is closed. */
  public NettyBlockDialer(PeerTransport transport) {
    this(transport, BlockTimings.STANDARD);
  }

  /** As above, with waiting times of one's own. */
  public NettyBlockDialer(PeerTransport transport, BlockTimings timings) {
    this.dialing = new Dialing(transport, timings);
  }

  /** Bytes received and sent by all connections of this dialer. */
  public Traffic traffic() {
    return dialing.traffic();
  }

  @Override
  public BlockConnection connect(PeerId host, Optional<HostAddress> direct, Relay relay) {
    while (true) {
      if (closed) {
        throw new ZansocException(ErrorCode.UNREACHABLE, "the dialer was closed");
      }
      CompletableFuture<BlockClientConnection> fresh = new CompletableFuture<>();
      CompletableFuture<BlockClientConnection> known = connections.putIfAbsent(host, fresh);
      if (known == null) {
        // On a thread of its own: the first caller may be interrupted while others still wait.
        Thread.ofVirtual().name("block-dial").start(() -> dial(host, direct, relay, fresh));
        return await(host, fresh);
      }
      BlockClientConnection connection = await(host, known);
      if (connection.isOpen()) {
        return connection;
      }
      connections.remove(host, known);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (CompletableFuture<BlockClientConnection> pending : connections.values()) {
      var _ = pending.thenAccept(BlockClientConnection::close);
    }
    connections.clear();
  }

  private void dial(
      PeerId host,
      Optional<HostAddress> direct,
      Relay relay,
      CompletableFuture<BlockClientConnection> outcome) {
    try {
      BlockClientConnection connection = dial(host, direct, relay);
      outcome.complete(connection);
      if (closed) {
        connection.close();
      }
    } catch (RuntimeException e) {
      connections.remove(host, outcome);
      outcome.completeExceptionally(e);
    }
  }

  private BlockClientConnection dial(PeerId host, Optional<HostAddress> direct, Relay relay) {
    if (direct.isEmpty()) {
      return dialing.byRelay(host, relay);
    }
    boolean relayFirst = directFailedLately(host);
    try {
      return relayFirst ? dialing.byRelay(host, relay) : directly(host, direct.get());
    } catch (ZansocException first) {
      try {
        return relayFirst ? directly(host, direct.get()) : dialing.byRelay(host, relay);
      } catch (ZansocException second) {
        throw both(host, first, second);
      }
    }
  }

  private BlockClientConnection directly(PeerId host, HostAddress address) {
    try {
      BlockClientConnection connection = dialing.directly(host, address);
      directFailedNanos.remove(host);
      return connection;
    } catch (ZansocException e) {
      directFailedNanos.put(host, System.nanoTime());
      throw e;
    }
  }

  private boolean directFailedLately(PeerId host) {
    Long failed = directFailedNanos.get(host);
    return failed != null && System.nanoTime() - failed < DIRECT_AGAIN.toNanos();
  }

  /** The wrong peer at an address outweighs a relay that could not help. */
  private static ZansocException both(PeerId host, ZansocException first, ZansocException second) {
    ZansocException graver =
        first.code() == ErrorCode.PEER_ID_MISMATCH || second.code() == ErrorCode.UNREACHABLE
            ? first
            : second;
    ZansocException failure =
        new ZansocException(
            graver.code(),
            "host %s cannot be reached: %s; and then: %s"
                .formatted(host.shortText(), first.getMessage(), second.getMessage()),
            first);
    failure.addSuppressed(second);
    return failure;
  }

  private static BlockClientConnection await(
      PeerId host, CompletableFuture<BlockClientConnection> dialled) {
    try {
      return dialled.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "dialling host " + host.shortText() + " was interrupted", e);
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      if (cause instanceof ZansocException failure) {
        throw new ZansocException(failure.code(), String.valueOf(failure.getMessage()), failure);
      }
      throw new IllegalStateException("dialling failed without a reason", e);
    }
  }
}
