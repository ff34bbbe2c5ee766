package cloud.zansoc.net.control;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.Await;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockAccessContract;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.Cast;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlAgent.State;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Through a hub, to a host that listens nowhere. */
final class RelayBlockAccessTest extends BlockAccessContract {
  private final PeerTransport hubTransport = new PeerTransport(cast.hub);
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final PeerTransport clientTransport = new PeerTransport(cast.client);
  private final HubListener listener = new HubListener();
  private final ControlServer hub = new ControlServer(hubTransport, listener);
  private final BlockServer blocks = new BlockServer(hostTransport, service, BandwidthLimit.none());
  private final Relay relay = new Relay(cast.hub.id(), Cast.address(hub.listen(Cast.anyPort())));
  private final ControlAgent agent =
      new ControlAgent(hostTransport, relay, (name, body) -> body, blocks);
  private final NettyBlockDialer dialer = new NettyBlockDialer(clientTransport);

  @BeforeEach
  void start() {
    agent.start();
    Await.until("the host is connected", () -> hub.link(cast.host.id()).isPresent());
  }

  @AfterEach
  void stop() {
    dialer.close();
    agent.close();
    blocks.close();
    hub.close();
    clientTransport.close();
    hostTransport.close();
    hubTransport.close();
  }

  @Override
  protected BlockAccess open(Permit.Signed permit) {
    return dialer.connect(cast.host.id(), Optional.empty(), relay).open(permit);
  }

  @Test
  void connect_directAddressIsDead_goesThroughTheRelay() {
    Optional<HostAddress> dead = Optional.of(new HostAddress("127.0.0.1", 1));

    assertThat(dialer.connect(cast.host.id(), dead, relay).isOpen()).isTrue();
    assertThat(hub.relayedConnections()).isEqualTo(1);
  }

  @Test
  void connect_hubDoesNotAllowIt_forbidden() {
    listener.relaying = false;
    refuses(ErrorCode.FORBIDDEN, () -> dialer.connect(cast.host.id(), Optional.empty(), relay));
    Await.until("the hub has let go", () -> hub.relayedConnections() == 0);
  }

  @Test
  void connect_hostIsNotThere_unreachable() {
    refuses(ErrorCode.UNREACHABLE, () -> dialer.connect(cast.client.id(), Optional.empty(), relay));
  }

  @Test
  void connect_hubIsAnother_mismatch() {
    Relay wrong = new Relay(cast.client.id(), relay.address());
    refuses(
        ErrorCode.PEER_ID_MISMATCH, () -> dialer.connect(cast.host.id(), Optional.empty(), wrong));
  }

  @Test
  void close_ofTheDialer_freesTheHubAndTheHost() {
    open(cast.permit(Permit.Action.PUT, 1));
    assertThat(blocks.connections()).isEqualTo(1);

    dialer.close();

    Await.until("the host has let go", () -> blocks.connections() == 0);
    Await.until("the hub has let go", () -> hub.relayedConnections() == 0);
    assertThat(agent.status().state()).isEqualTo(State.CONNECTED);
  }

  @Test
  void request_hostVanishes_unreachable() {
    BlockAccess put = open(cast.permit(Permit.Action.PUT, 1));
    agent.close();
    refuses(ErrorCode.UNREACHABLE, put::receipt);
  }
}
