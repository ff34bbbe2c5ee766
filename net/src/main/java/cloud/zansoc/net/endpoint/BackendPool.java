package cloud.zansoc.net.endpoint;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP connections to backends that wait for their next request. A backend may close one at any
 * moment, so only what can be repeated is sent on a connection that has waited long. Thread-safe.
 */
// A close that fails is a close all the same.
@SuppressWarnings("FutureReturnValueIgnored")
final class BackendPool {
  /** Connections of one backend that wait. */
  static final int MOST_IDLE = 64;

  /** How long one waits, in nanoseconds: less than servers usually wait for a request. */
  static final long MOST_IDLE_NANOS = 4_000_000_000L;

  /** After so short a wait a connection is as good as a new one, in nanoseconds. */
  private static final long FRESH_NANOS = 500_000_000L;

  private static final int MAX_LINE_BYTES = 16 * 1024;
  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int MAX_CHUNK_BYTES = 64 * 1024;

  private record Idle(Channel channel, long since) {}

  private final BackendDialer dialer;
  private final Map<Backend, Deque<Idle>> idle = new ConcurrentHashMap<>();

  BackendPool(BackendDialer dialer) {
    this.dialer = dialer;
  }

  /** A connection that waited. */
  Optional<Channel> take(Backend backend, boolean repeatable) {
    long oldest = System.nanoTime() - (repeatable ? MOST_IDLE_NANOS : FRESH_NANOS);
    Deque<Idle> waiting = idle.get(backend);
    if (waiting == null) {
      return Optional.empty();
    }
    synchronized (waiting) {
      while (!waiting.isEmpty()) {
        if (waiting.peekLast().since() - oldest < 0) {
          return Optional.empty(); // All others have waited longer.
        }
        Channel channel = waiting.removeLast().channel();
        if (channel.isActive()) {
          return Optional.of(channel);
        }
      }
    }
    return Optional.empty();
  }

  /** A new connection, with a {@link BackendLink}. */
  Future<Channel> dial(Backend backend) {
    HttpClientCodec codec =
        new HttpClientCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES),
            false,
            false);
    return dialer.dial(backend.host(), backend.request(), new BackendLink(codec));
  }

  /** A connection waits for its next request. */
  void release(Backend backend, Channel channel) {
    Deque<Idle> waiting = idle.computeIfAbsent(backend, unknown -> new ArrayDeque<>());
    synchronized (waiting) {
      if (waiting.size() < MOST_IDLE) {
        waiting.addLast(new Idle(channel, System.nanoTime()));
        return;
      }
    }
    channel.close();
  }

  /** Closes what has waited too long; to be called every few seconds. */
  void sweep() {
    long oldest = System.nanoTime() - MOST_IDLE_NANOS;
    idle.forEach((backend, waiting) -> {
      synchronized (waiting) {
        while (!waiting.isEmpty()
            && (waiting.peekFirst().since() - oldest < 0
                || !waiting.peekFirst().channel().isActive())) {
          waiting.removeFirst().channel().close();
        }
      }
      idle.computeIfPresent(backend, (same, left) -> isEmpty(left) ? null : left);
    });
  }

  private static boolean isEmpty(Deque<Idle> waiting) {
    synchronized (waiting) {
      return waiting.isEmpty();
    }
  }
}
