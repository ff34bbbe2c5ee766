package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** One connection to an engine, which carries one request; both directions are independent. */
final class EngineConnection implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Ends one direction of a connection, or all of it. */
  private interface End {
    void run() throws IOException;
  }

  private final InputStream input;
  private final OutputStream output;
  private final End shutdownOutput;
  private final End close;

  private EngineConnection(InputStream input, OutputStream output, End shutdownOutput, End close) {
    this.input = input;
    this.output = output;
    this.shutdownOutput = shutdownOutput;
    this.close = close;
  }

  static EngineConnection open(URI address, Optional<SSLContext> tls) throws IOException {
    return "unix".equals(address.getScheme())
        ? open(UnixDomainSocketAddress.of(address.getPath()))
        : open(new InetSocketAddress(address.getHost(), address.getPort()), tls);
  }

  private static EngineConnection open(UnixDomainSocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    return new EngineConnection(
        Channels.newInputStream(channel),
        Channels.newOutputStream(channel),
        channel::shutdownOutput,
        channel::close);
  }

  private static EngineConnection open(SocketAddress address, Optional<SSLContext> tls)
      throws IOException {
    Socket socket = tls.isPresent() ? tls.get().getSocketFactory().createSocket() : new Socket();
    try {
      socket.connect(address, (int) TIMEOUT.toMillis());
      socket.setTcpNoDelay(true);
      return new EngineConnection(
          socket.getInputStream(), socket.getOutputStream(), socket::shutdownOutput, socket::close);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  InputStream input() {
    return input;
  }

  OutputStream output() {
    return output;
  }

  /** The engine is told that nothing more comes. */
  void shutdownOutput() throws IOException {
    shutdownOutput.run();
  }

  @Override
  public void close() {
    try {
      close.run();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
