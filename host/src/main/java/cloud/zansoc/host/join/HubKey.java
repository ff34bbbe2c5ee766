package cloud.zansoc.host.join;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.PeerCertificate;
import cloud.zansoc.net.identity.PeerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/** Fetches the key that a hub signs permits with, out of the certificate that proves the hub. */
final class HubKey {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private HubKey() {}

  /**
   * The raw Ed25519 key of the hub that answers at {@code address}.
   *
   * @throws ZansocException PEER_ID_MISMATCH where another peer answers; UNREACHABLE where none
   *     does
   */
  static byte[] fetch(Identity self, PeerId hub, HostAddress address) {
    int timeoutMillis = Math.toIntExact(TIMEOUT.toMillis());
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address.host(), address.port()), timeoutMillis);
      plain.setSoTimeout(timeoutMillis);
      try (SSLSocket socket =
          (SSLSocket)
              PeerTls.client(self, hub)
                  .getSocketFactory()
                  .createSocket(plain, address.host(), address.port(), true)) {
        socket.startHandshake();
        return PeerCertificate.of(socket.getSession()).publicKey();
      }
    } catch (IOException e) {
      throw PeerTls.refusal(e)
          .orElseGet(() ->
              new ZansocException(
                  ErrorCode.UNREACHABLE,
                  ("the hub at %s cannot be reached (%s): check the address, that the hub runs,"
                          + " and that the firewall lets port %d through")
                      .formatted(address, e.getMessage(), address.port()),
                  e));
    }
  }
}
