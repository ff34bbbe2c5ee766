package cloud.zansoc.net.block;

import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer.Relay;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Over TLS on the host's own port. */
final class DirectBlockAccessTest extends BlockAccessContract {
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final PeerTransport clientTransport = new PeerTransport(cast.client);
  private final BlockServer server = new BlockServer(hostTransport, service, BandwidthLimit.none());
  private final NettyBlockDialer dialer = new NettyBlockDialer(clientTransport);
  private HostAddress address = new HostAddress("unset", 1);

  @BeforeEach
  void start() {
    address = Cast.address(server.listen(Cast.anyPort()));
  }

  @AfterEach
  void stop() {
    dialer.close();
    server.close();
    clientTransport.close();
    hostTransport.close();
  }

  @Override
  protected BlockAccess open(Permit.Signed permit) {
    Relay noRelay = new Relay(cast.hub.id(), new HostAddress("127.0.0.1", 1));
    return dialer.connect(cast.host.id(), Optional.of(address), noRelay).open(permit);
  }
}
