package cloud.zansoc.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.host.HubClock;
import cloud.zansoc.compute.host.InstanceKeeper;
import cloud.zansoc.compute.host.InstanceStreams;
import cloud.zansoc.compute.host.Scheduler;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.BlockService;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlAgent;
import cloud.zansoc.net.control.HostServices;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostSettings;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Orders;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A host that keeps instances as an agent does, in an engine in memory. */
final class ComputingHost implements AutoCloseable {
  private static final ComputeOffer.Capacity LENT =
      new ComputeOffer.Capacity(4_000, ByteSize.ofGibibytes(4), ByteSize.ofGibibytes(50), 0);

  private static final Money PRICE = new Money(1_000);

  private final MemoryEngine engine = new MemoryEngine(InstantSource.system());
  private final ExecutorService writer = Executors.newSingleThreadExecutor();
  private final InstanceKeeper keeper;
  private final PeerTransport transport;
  private final BlockServer blocks;
  private final ControlAgent agent;

  /** Registers and dials. */
  ComputingHost(RunningHub hub, Path folder, String name) {
    Identity identity = RunningHub.stranger();
    hub.newHost(identity, name);
    this.keeper =
        InstanceKeeper.open(
            folder,
            LENT,
            new InstanceKeeper.Ports(engine, Optional.empty(), Optional.empty(), () -> {}),
            new InstanceKeeper.Drive(
                new HubClock(Clock.systemUTC(), System::nanoTime),
                Scheduler.ofVirtualThreads(),
                writer));
    this.transport = new PeerTransport(identity);
    this.blocks = new BlockServer(transport, none(), BandwidthLimit.none());
    this.agent = dial(hub.hub());
  }

  private static BlockService none() {
    return (BlockService)
        Proxy.newProxyInstance(
            BlockService.class.getClassLoader(),
            new Class<?>[] {BlockService.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException();
            });
  }

  private ControlAgent dial(Hub hub) {
    ControlAgent dialling =
        new ControlAgent(
            transport,
            new Relay(hub.id(), new HostAddress("127.0.0.1", hub.peerPort())),
            new HostServices(this::handle, new InstanceStreams(keeper, Clock.systemUTC()), blocks));
    dialling.start();
    return dialling;
  }

  private byte[] handle(String order, byte[] body) {
    return switch (order) {
      case Orders.HEARTBEAT -> {
        HostSettings settings = Json.read(body, HostSettings.class);
        keeper.heard(Instant.ofEpochMilli(settings.nowMillis()), settings.replacedAfter());
        yield Json.write(status());
      }
      case Orders.INSTANCES -> Json.write(keeper.statuses());
      case Orders.INSTANCE -> Json.write(keeper.order(Json.read(body, InstanceOrder.class)));
      default -> throw new ZansocException(ErrorCode.UNSUPPORTED, order);
    };
  }

  private HostStatus status() {
    return new HostStatus(
        "0.1.0",
        0,
        ByteSize.ofGibibytes(100).bytes(),
        0,
        1,
        1L << 30,
        0,
        0,
        keeper.count(),
        true,
        "",
        Optional.of(
            new ComputeOffer(
                "memory 1",
                LENT,
                keeper.free(),
                List.of(),
                Set.of(ComputeOffer.Feature.DISK_LIMIT),
                new ComputeOffer.Prices(PRICE, PRICE, PRICE, PRICE, PRICE),
                Optional.empty(),
                Duration.ZERO,
                Optional.empty())));
  }

  /** The machine is dead: nothing of it answers any more. */
  void kill() {
    agent.close();
    blocks.close();
    transport.close();
  }

  @Override
  public void close() {
    kill();
    keeper.close();
    writer.shutdownNow();
  }
}
