package cloud.zansoc.hub;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/** How others reach this machine when nobody has said so. */
final class LocalAddress {
  /** TEST-NET-1 of RFC 5737: routed like any other address, and nothing is sent to it. */
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 9);

  private LocalAddress() {}

  /** One of this machine's own, by which others reach what listens at all of them. */
  static String ofAll() {
    return of("0.0.0.0");
  }

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
      return socket.getLocalAddress().isAnyLocalAddress() ? ofInterface() : local;
    } catch (IOException | RuntimeException e) {
      return ofInterface();
    }
  }

  /** Where nothing leads out of the local network, or there is none. */
  private static String ofInterface() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .map(InetAddress::getHostAddress)
          .findFirst()
          .orElse("127.0.0.1");
    } catch (SocketException e) {
      return "127.0.0.1";
    }
  }
}
