package cloud.zansoc.hub;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** How others reach this machine when nobody has said so. */
final class LocalAddress {
  /** TEST-NET-1 of RFC 5737: routed like any other address, and nothing is sent to it. */
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 9);

  private LocalAddress() {}

  /** The address bound, or the one that the default route leaves by where all are bound. */
  static String of(String bind) {
    try {
      if (!InetAddress.getByName(bind).isAnyLocalAddress()) {
        return bind;
      }
    } catch (UnknownHostException e) {
      return bind;
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(ELSEWHERE);
      String local = socket.getLocalAddress().getHostAddress();
      return socket.getLocalAddress().isAnyLocalAddress() ? "127.0.0.1" : local;
    } catch (IOException | RuntimeException e) {
      return "127.0.0.1"; // no route: only this machine can reach it
    }
  }
}
