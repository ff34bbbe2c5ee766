package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.PortConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/**
 * Connects to ports of instances. Where their network namespace can be entered, from inside: what
 * listens on loopback only can be reached too, and no route leads astray. Elsewhere by their
 * address.
 */
final class PortDialer {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private PortDialer() {}

  /**
   * Connects.
   *
   * @param process the instance's first process, where its namespace is to be entered
   * @param address the instance's on its bridge, if it has one
   */
  static PortConnection connect(
      InstanceId id, Optional<Long> process, Optional<String> address, int port) {
    IOException failure = new IOException("it has no address");
    if (process.isPresent()) {
      try {
        return inside(process.get(), "127.0.0.1", port);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (address.isPresent()) {
      try {
        return process.isPresent()
            ? inside(process.get(), address.get(), port)
            : new SocketConnection(dial(address.get(), port));
      } catch (IOException e) {
        failure = e;
      }
    }
    throw new ZansocException(
        ErrorCode.UNREACHABLE,
        "nothing listens on port %d of instance %s: %s".formatted(port, id, failure.getMessage()),
        failure);
  }

  private static PortConnection inside(long process, String address, int port) throws IOException {
    try {
      return new SocketConnection(
          NetworkNamespace.call(NetworkNamespace.of(process), () -> dial(address, port)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Socket dial(String address, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, port), (int) TIMEOUT.toMillis());
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private record SocketConnection(Socket socket, InputStream input, OutputStream output)
      implements PortConnection {
    private SocketConnection(Socket socket) throws IOException {
      this(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public void shutdownOutput() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
  }
}
