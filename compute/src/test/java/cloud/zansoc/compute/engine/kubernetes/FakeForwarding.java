package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.PortConnection;
import io.fabric8.mockwebserver.http.WebSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection to a port, as a kubelet makes it. */
final class FakeForwarding extends FakeSocket {
  private static final int NORMAL_CLOSURE = 1000;

  private final MemoryEngine machine;
  private final InstanceId id;
  private final int port;
  private @Nullable PortConnection connection;

  FakeForwarding(MemoryEngine machine, InstanceId id, int port) {
    this.machine = machine;
    this.id = id;
    this.port = port;
  }

  @Override
  void begin(WebSocket socket) {
    byte[] number = {(byte) port, (byte) (port >> 8)};
    send(socket, 0, number, 2);
    send(socket, 1, number, 2);
    try {
      PortConnection made = machine.connect(id, port);
      connection = made;
      Thread.ofVirtual().start(() -> copyBack(made, socket));
    } catch (ZansocException e) {
      byte[] refusal = FakeKubelet.text("connection refused at port " + port);
      send(socket, 1, refusal, refusal.length);
      socket.close(NORMAL_CLOSURE, "");
    }
  }

  private static void copyBack(PortConnection from, WebSocket socket) {
    try {
      copy(from.input(), socket, 0);
    } catch (IOException e) {
      // The other side has let go.
    }
    socket.close(NORMAL_CLOSURE, "");
  }

  @Override
  void received(int channel, byte[] content) throws IOException {
    if (connection != null && channel == 0) {
      connection.output().write(content);
    }
  }

  @Override
  void ended() {
    if (connection != null) {
      connection.close();
    }
  }
}
