package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer.Relay;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The two ways to a host. Each method blocks until there is a proved connection. Thread-safe. */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class Dialing {
  private final PeerTransport transport;
  private final BlockTimings timings;
  private final ByteCounter counter = new ByteCounter();

  Dialing(PeerTransport transport, BlockTimings timings) {
    this.transport = transport;
    this.timings = timings;
  }

  Traffic traffic() {
    return counter.total();
  }

  /** Dials the host itself, at each address of its name in turn. */
  BlockClientConnection directly(PeerId host, HostAddress address) {
    return eachAddress(
        address,
        socket -> {
          CompletableFuture<BlockClientConnection> outcome = new CompletableFuture<>();
          transport.connect(socket, Protocols.BLOCK, timings, metered(host, outcome));
          return await(outcome, "host " + host.shortText() + " at " + address);
        });
  }

  /** Dials the hub, asks it for a way to the host, and proves the host inside of it. */
  BlockClientConnection byRelay(PeerId host, Relay relay) {
    return eachAddress(
        relay.address(),
        socket -> {
          CompletableFuture<BlockClientConnection> outcome = new CompletableFuture<>();
          transport.connect(socket, Protocols.RELAY, timings, throughRelay(host, relay, outcome));
          return await(outcome, "the relay at " + relay.address());
        });
  }

  private PeerTransport.Proof metered(
      PeerId host, CompletableFuture<BlockClientConnection> outcome) {
    return new HostProof(host, outcome);
  }

  private PeerTransport.Proof throughRelay(
      PeerId host, Relay relay, CompletableFuture<BlockClientConnection> outcome) {
    return new PeerTransport.Proof() {
      @Override
      public Optional<PeerId> expected() {
        return Optional.of(relay.hub());
      }

      @Override
      public void proved(Channel channel, PeerId hub, String protocol) {
        channel
            .pipeline()
            .addLast(
                new RelayRequest(
                    host,
                    spliced ->
                        transport.addClientTls(
                            spliced, Protocols.BLOCK, timings, new HostProof(host, outcome)),
                    outcome::completeExceptionally));
      }

      @Override
      public void failed(ZansocException failure) {
        outcome.completeExceptionally(failure);
      }
    };
  }

  private interface Attempt {
    BlockClientConnection at(InetSocketAddress socket);
  }

  private static BlockClientConnection eachAddress(HostAddress address, Attempt attempt) {
    ZansocException last =
        new ZansocException(
            ErrorCode.UNREACHABLE, "the name " + address.host() + " has no address");
    for (InetAddress candidate : resolve(address)) {
      try {
        return attempt.at(new InetSocketAddress(candidate, address.port()));
      } catch (ZansocException e) {
        last = e;
      }
    }
    throw last;
  }

  private static InetAddress[] resolve(HostAddress address) {
    try {
      return InetAddress.getAllByName(address.host());
    } catch (UnknownHostException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "the name " + address.host() + " has no address; check its spelling and the DNS",
          e);
    }
  }

  private BlockClientConnection await(
      CompletableFuture<BlockClientConnection> outcome, String whom) {
    // TCP, two handshakes, and as long again for the hub to find the host.
    long limitNanos = timings.connect().plus(timings.handshake().multipliedBy(3)).toNanos();
    try {
      return outcome.get(limitNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.UNREACHABLE, "dialling " + whom + " was interrupted", e);
    } catch (TimeoutException e) {
      outcome.thenAccept(BlockClientConnection::close);
      throw new ZansocException(ErrorCode.TIMED_OUT, whom + " does not answer", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ZansocException failure) {
        throw failure;
      }
      throw new IllegalStateException("dialling failed without a reason", e);
    }
  }

  /** Makes a connection of a channel on which the host has proved itself. */
  private final class HostProof implements PeerTransport.Proof {
    private final PeerId host;
    private final CompletableFuture<BlockClientConnection> outcome;

    HostProof(PeerId host, CompletableFuture<BlockClientConnection> outcome) {
      this.host = host;
      this.outcome = outcome;
    }

    @Override
    public Optional<PeerId> expected() {
      return Optional.of(host);
    }

    @Override
    public void proved(Channel channel, PeerId peer, String protocol) {
      BlockClientConnection connection = new BlockClientConnection(channel, host, timings);
      channel.pipeline().addFirst(connection.meter(counter));
      connection.begin();
      if (!outcome.complete(connection)) {
        connection.close();
      }
    }

    @Override
    public void failed(ZansocException failure) {
      outcome.completeExceptionally(failure);
    }
  }
}
