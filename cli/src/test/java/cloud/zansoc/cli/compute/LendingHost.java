package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.HubOperator;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.BlockService;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlAgent;
import cloud.zansoc.net.control.HostServices;
import cloud.zansoc.net.control.StreamHandler;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.MachineReport;
import cloud.zansoc.net.node.Orders;
import cloud.zansoc.net.node.Role;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A host of a hub that says of every instance at once that it is as ordered; a command "exit N" has
 * ended.
 */
final class LendingHost implements AutoCloseable {
  private static final ComputeOffer.Capacity LENT =
      new ComputeOffer.Capacity(4_000, ByteSize.ofGibibytes(8), ByteSize.ofGibibytes(100), 0);

  private final String name;
  private final Map<InstanceId, InstanceOrder> orders = new ConcurrentHashMap<>();
  private final PeerTransport transport;
  private final BlockServer blocks;
  private final ControlAgent agent;

  /** Registers and dials; nobody gets into its instances. */
  LendingHost(Hub hub, Path hubData, String name) {
    this(hub, hubData, name, StreamHandler.none());
  }

  /** The same, with ways into its instances. */
  LendingHost(Hub hub, Path hubData, String name, StreamHandler streams) {
    this.name = name;
    Identity identity = Identity.create(new SecureRandom());
    HostAddress api = new HostAddress("127.0.0.1", hub.apiPort());
    register(identity, api, hubData);
    this.transport = new PeerTransport(identity);
    BlockService none =
        (BlockService)
            Proxy.newProxyInstance(
                BlockService.class.getClassLoader(),
                new Class<?>[] {BlockService.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException();
                });
    this.blocks = new BlockServer(transport, none, BandwidthLimit.none());
    this.agent =
        new ControlAgent(
            transport,
            new Relay(hub.id(), new HostAddress("127.0.0.1", hub.peerPort())),
            new HostServices(this::handle, streams, blocks));
    agent.start();
  }

  private void register(Identity identity, HostAddress api, Path hubData) {
    try (HubOperator operator = HubOperator.of(hubData, api);
        ApiClient client =
            new ApiClient(identity, operator.api().hub(), api, ApiClient.Patience.SHORT)) {
      HostRegistration registration =
          new HostRegistration(
              operator.invite(Role.HOST, name).text(),
              identity.publicKey(),
              name,
              "0.1.0",
              Optional.empty(),
              ByteSize.ofGibibytes(100),
              new Money(1_000_000),
              Map.of("region", "in", "zone", name),
              machine());
      client.run(ApiCall.post("/v1/hosts").body(registration));
    }
  }

  private byte[] handle(String order, byte[] body) {
    return switch (order) {
      case Orders.HEARTBEAT -> Json.write(status());
      case Orders.INSTANCES -> Json.write(orders.values().stream().map(this::status).toList());
      case Orders.INSTANCE -> {
        InstanceOrder wanted = Json.read(body, InstanceOrder.class);
        orders.put(wanted.spec().id(), wanted);
        yield Json.write(status(wanted));
      }
      default -> throw new ZansocException(ErrorCode.UNSUPPORTED, order);
    };
  }

  private InstanceStatus status(InstanceOrder order) {
    List<String> command = order.spec().command();
    Optional<Integer> exit =
        command.size() == 2 && command.getFirst().equals("exit")
            ? Optional.of(Integer.valueOf(command.get(1)))
            : Optional.empty();
    return new InstanceStatus(
        order.spec().id(),
        order.generation(),
        order.revision(),
        switch (order.wanted()) {
          case RUNNING ->
              exit.isPresent() ? InstanceStatus.State.EXITED : InstanceStatus.State.RUNNING;
          case STOPPED -> InstanceStatus.State.STOPPED;
          case REMOVED -> InstanceStatus.State.REMOVED;
        },
        InstanceStatus.Health.UNKNOWN,
        "",
        Instant.now(),
        0,
        exit,
        1);
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
        orders.size(),
        true,
        "",
        Optional.of(
            new ComputeOffer(
                "memory 1",
                LENT,
                LENT,
                List.of(),
                Set.of(ComputeOffer.Feature.DISK_LIMIT),
                Compute.DEFAULT_PRICES,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty())));
  }

  private static MachineReport machine() {
    return new MachineReport(
        "Debian 13",
        "6.12",
        "amd64",
        "i3-13100",
        8,
        900,
        4000,
        List.of("avx2", "sha_ni"),
        8L << 30,
        10L << 30,
        new MachineReport.Disk(500_000_000_000L, 400_000_000_000L, 400_000_000, 500_000_000, 900),
        20_000_000,
        5_000_000,
        9_000,
        List.of());
  }

  @Override
  public void close() {
    agent.close();
    blocks.close();
    transport.close();
  }
}
