package cloud.zansoc.compute.engine.kubernetes;

import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The server's side of channels over a WebSocket; what comes is taken by one thread. */
abstract class FakeSocket extends WebSocketListener {
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();

  @Override
  public final void onOpen(WebSocket socket, Response response) {
    Thread.ofVirtual().name("fake-socket").start(() -> pump(socket));
  }

  @Override
  public final void onMessage(WebSocket socket, byte[] bytes) {
    messages.add(bytes);
  }

  @Override
  public final void onClosing(WebSocket socket, int code, String reason) {
    messages.add(END);
  }

  @Override
  public final void onClosed(WebSocket socket, int code, String reason) {
    messages.add(END);
  }

  private void pump(WebSocket socket) {
    try {
      begin(socket);
      for (byte[] next = messages.take(); next.length > 0; next = messages.take()) {
        byte[] content = new byte[next.length - 1];
        System.arraycopy(next, 1, content, 0, content.length);
        received(next[0] & 0xff, content);
      }
    } catch (IOException e) {
      // The other side has let go.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended();
    }
  }

  abstract void begin(WebSocket socket) throws IOException;

  abstract void received(int channel, byte[] content) throws IOException;

  abstract void ended();

  static void send(WebSocket socket, int channel, byte[] content, int length) {
    byte[] message = new byte[length + 1];
    message[0] = (byte) channel;
    System.arraycopy(content, 0, message, 1, length);
    socket.send(message);
  }

  static void copy(InputStream from, WebSocket socket, int channel) throws IOException {
    byte[] buffer = new byte[8192];
    for (int count = from.read(buffer); count > 0; count = from.read(buffer)) {
      send(socket, channel, buffer, count);
    }
  }
}
