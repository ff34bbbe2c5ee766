package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.BytePipe;
import cloud.zansoc.compute.engine.PortConnection;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a port inside a pod's network, over one WebSocket of the API server. That
 * protocol cannot end one direction: {@link #shutdownOutput} sends nothing more, and the other side
 * does not hear of it before {@link #close}.
 */
final class ForwardedPort implements PortConnection, ChannelSocket.Receiver {
  private static final String PROTOCOL = "v4.channel.k8s.io";
  private static final int DATA = 0;
  private static final int ERROR = 1;

  /** The first message of each channel is the port's number. */
  private static final int PORT_BYTES = 2;

  /**
   * The cluster says at once that nothing listens, and never that something does. A refusal later
   * than this ends the connection instead.
   */
  private static final int REFUSAL_MILLIS = 150;

  private static final int MOST_ERROR_BYTES = 4096;

  private final ChannelSocket socket;
  private final BytePipe in = new BytePipe();
  private final Output output = new Output();
  private final int[] skipped = new int[2];
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();

  /** Something was said of it: that it failed, ended, or what the instance sends. */
  private final CountDownLatch spoke = new CountDownLatch(1);

  private volatile boolean failed;

  private ForwardedPort(ChannelSocket socket) {
    this.socket = socket;
  }

  static ForwardedPort connect(KubernetesClient client, String namespace, InstanceId id, int port)
      throws IOException {
    String path =
        "/api/v1/namespaces/%s/pods/%s/portforward?ports=%d"
            .formatted(namespace, Labels.name(id), port);
    ForwardedPort connection = new ForwardedPort(ChannelSocket.open(client, path, PROTOCOL));
    connection.socket.deliver("port-forward", connection);
    try {
      if (connection.spoke.await(REFUSAL_MILLIS, TimeUnit.MILLISECONDS) && connection.failed) {
        connection.close();
        throw new ZansocException(
            ErrorCode.UNREACHABLE,
            "nothing listens on port %d of instance %s: %s"
                .formatted(port, id, connection.error.toString(StandardCharsets.UTF_8)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connection.close();
      throw new IOException("interrupted", e);
    }
    return connection;
  }

  @Override
  public void received(int channel, ByteBuffer bytes) throws IOException {
    if (channel > ERROR) {
      return;
    }
    while (skipped[channel] < PORT_BYTES && bytes.hasRemaining()) {
      bytes.get();
      skipped[channel]++;
    }
    if (!bytes.hasRemaining()) {
      return;
    }
    byte[] content = new byte[bytes.remaining()];
    bytes.get(content);
    if (channel == DATA) {
      spoke.countDown();
      in.output().write(content);
    } else if (error.size() < MOST_ERROR_BYTES) {
      error.write(content);
      failed = true;
      spoke.countDown();
      in.closeOutput();
    }
  }

  @Override
  public void ended(String reason) {
    in.closeOutput();
    spoke.countDown();
  }

  @Override
  public InputStream input() {
    return in.input();
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void shutdownOutput() {
    output.close();
  }

  @Override
  public void close() {
    in.closeInput();
    socket.close();
  }

  private final class Output extends OutputStream {
    private volatile boolean closed;

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (closed || failed) {
        throw new IOException("the connection is closed");
      }
      if (length > 0) {
        socket.send(DATA, bytes, offset, length);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
