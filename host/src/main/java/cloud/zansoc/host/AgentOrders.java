package cloud.zansoc.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.control.OrderHandler;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.HostSettings;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Orders;
import cloud.zansoc.storage.host.BlockStore;
import cloud.zansoc.storage.host.HostBlockService;
import cloud.zansoc.storage.repair.RepairWorker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Carries out the hub's orders. Each may come twice: the second time changes nothing more. */
final class AgentOrders implements OrderHandler {
  private final AgentState state;
  private final BlockStore store;
  private final HostBlockService blocks;
  private final RepairWorker repairs;
  private final Optional<LeaseOrders> leases;

  /**
   * @param leases none where no computing is lent
   */
  AgentOrders(
      AgentState state,
      BlockStore store,
      HostBlockService blocks,
      RepairWorker repairs,
      Optional<LeaseOrders> leases) {
    this.state = state;
    this.store = store;
    this.blocks = blocks;
    this.repairs = repairs;
    this.leases = leases;
  }

  @Override
  public byte[] handle(String name, byte[] body) {
    state.computing().ifPresent(Computing::heard);
    return switch (name) {
      case Orders.HEARTBEAT -> {
        HostStatus status = state.beat(Json.read(body, HostSettings.class));
        yield Json.write(leases.map(its -> its.named(status)).orElse(status));
      }
      case Orders.DELETE_SHARDS -> {
        store.forget(shards(body));
        yield new byte[0];
      }
      case Orders.REPAIR -> {
        state.gate().requireOpen();
        yield repairs.handle(body);
      }
      case Orders.RECEIPTS -> blocks.receiptsAfter(number(body));
      case Orders.INSTANCE -> computing().order(body);
      case Orders.INSTANCES -> computing().statuses(body);
      case Orders.VOLUME_SNAPSHOT -> {
        computing().snapshot(body);
        yield new byte[0];
      }
      case Orders.OFFER -> {
        state.gate().requireOpen();
        yield leases().offer(body);
      }
      case Orders.USAGE -> computing().usage(body, leases().signer());
      case Orders.USAGE_RECEIPT -> {
        computing().receipt(body, leases().signer());
        yield new byte[0];
      }
      case Orders.ACCOUNT -> leases().account();
      default ->
          throw new ZansocException(
              ErrorCode.UNSUPPORTED,
              "this host does not know the order '" + name + "': it may be older than its hub");
    };
  }

  private Computing computing() {
    return state
        .computing()
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.UNSUPPORTED, "this host lends no computing: use another host"));
  }

  private LeaseOrders leases() {
    return leases.orElseThrow(() ->
        new ZansocException(
            ErrorCode.UNSUPPORTED, "this host lends no computing: use another host"));
  }

  private static List<ShardId> shards(byte[] body) {
    if (body.length % ShardId.BYTES != 0) {
      throw malformed(Orders.DELETE_SHARDS, body);
    }
    List<ShardId> shards = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(body);
    while (buffer.hasRemaining()) {
      shards.add(ShardId.read(buffer));
    }
    return shards;
  }

  private static long number(byte[] body) {
    if (body.length != Long.BYTES) {
      throw malformed(Orders.RECEIPTS, body);
    }
    return ByteBuffer.wrap(body).getLong();
  }

  private static ZansocException malformed(String name, byte[] body) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "the order '%s' has a body of %d bytes, which cannot be".formatted(name, body.length));
  }
}
