package cloud.zansoc.compute.engine.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A WebSocket of the API server that carries several channels: the first byte of each message is
 * the number of its channel. What comes is given to one receiver, message by message; the next is
 * only asked for when it has been taken.
 */
final class ChannelSocket implements AutoCloseable {
  private static final int CONNECT_SECONDS = 15;
  private static final int MESSAGE_BYTES = 32 << 10;
  private static final int NORMAL_CLOSURE = 1000;
  private static final long WRITE_POLL_NANOS = 20_000;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final WebSocket socket;
  private volatile boolean closed;

  /** Takes what comes; its methods are called by one thread. */
  interface Receiver {
    /** Some bytes of a channel. */
    void received(int channel, ByteBuffer bytes) throws IOException;

    /** Nothing more comes. */
    void ended(String reason);
  }

  private sealed interface Event {
    record Message(WebSocket socket, ByteBuffer bytes) implements Event {}

    record End(String reason) implements Event {}
  }

  private final class Listener implements WebSocket.Listener {
    @Override
    public void onMessage(WebSocket from, ByteBuffer bytes) {
      events.add(new Event.Message(from, bytes));
    }

    @Override
    public void onMessage(WebSocket from, String text) {
      onMessage(from, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void onClose(WebSocket from, int code, String reason) {
      events.add(new Event.End(reason));
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      events.add(new Event.End(KubernetesFailures.message(failure)));
    }
  }

  private ChannelSocket(KubernetesClient client, URI address, String protocol) throws IOException {
    try {
      socket =
          client
              .getHttpClient()
              .newWebSocketBuilder()
              .uri(address)
              .subprotocol(protocol)
              .buildAsync(new Listener())
              .get(CONNECT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + CONNECT_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  /**
   * Connects; {@link #deliver} must follow.
   *
   * @param path below the API server's address, with its query
   */
  static ChannelSocket open(KubernetesClient client, String path, String protocol)
      throws IOException {
    String server = client.getMasterUrl().toString().replaceFirst("/$", "");
    return new ChannelSocket(client, WebSocket.toWebSocketUri(URI.create(server + path)), protocol);
  }

  /** From now on {@code receiver} is given what has come and comes. */
  void deliver(String name, Receiver receiver) {
    Thread.ofVirtual().name(name).start(() -> pump(receiver));
  }

  private void pump(Receiver receiver) {
    String reason = "";
    try {
      boolean more = true;
      while (more) {
        switch (events.take()) {
          case Event.Message message -> {
            ByteBuffer bytes = message.bytes();
            if (bytes.hasRemaining()) {
              receiver.received(bytes.get() & 0xff, bytes);
            }
            message.socket().request();
          }
          case Event.End end -> {
            reason = end.reason();
            more = false;
          }
        }
      }
    } catch (IOException e) {
      reason = String.valueOf(e.getMessage()); // Who reads it has let go.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      receiver.ended(reason);
    }
  }

  /** Sends bytes on a channel; waits until they are on their way. */
  void send(int channel, byte[] from, int offset, int length) throws IOException {
    writing.lock();
    try {
      int sent = 0;
      do {
        int part = Math.min(MESSAGE_BYTES, length - sent);
        ByteBuffer message = ByteBuffer.allocate(part + 1);
        message.put((byte) channel).put(from, offset + sent, part).flip();
        if (closed || !socket.send(message)) {
          throw new IOException("closed: nobody reads any more");
        }
        awaitSent();
        sent += part;
      } while (sent < length);
    } finally {
      writing.unlock();
    }
  }

  private void awaitSent() throws IOException {
    while (socket.queueSize() > 0) {
      if (closed || Thread.interrupted()) {
        throw new IOException("closed while writing");
      }
      LockSupport.parkNanos(WRITE_POLL_NANOS);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      socket.sendClose(NORMAL_CLOSURE, "");
      events.add(new Event.End("closed"));
    }
  }
}
