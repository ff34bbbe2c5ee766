package cloud.zansoc.net.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A network between two peers, which can die without a word: nothing passes, nothing closes. */
final class FreezingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean frozen;

  FreezingProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  /** From now on, what is open hangs; connections made after {@link #thaw} work. */
  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listening.accept();
        Socket far = new Socket(target.getAddress(), target.getPort());
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> pump(near, far));
        Thread.ofVirtual().start(() -> pump(far, near));
      }
    } catch (IOException e) {
      // The listening socket was closed.
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[65536];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (frozen) {
          closed.await(); // This connection stays frozen, whatever comes later.
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // One side is gone; the other one is closed below.
    }
    shut(from);
    shut(to);
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more in any case.
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listening.close();
    sockets.forEach(FreezingProxy::shut);
  }
}
