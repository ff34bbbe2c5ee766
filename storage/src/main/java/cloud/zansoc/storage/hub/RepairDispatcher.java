package cloud.zansoc.storage.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Orders;
import cloud.zansoc.storage.repair.RepairOrder;
import cloud.zansoc.storage.repair.RepairResult;
import cloud.zansoc.storage.repair.RepairWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a repair carried out: by a host that is connected and, where possible, has no part in the
 * segment; by the hub itself where no host can. Verifies the receipts that come back. Thread-safe.
 */
public final class RepairDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(RepairDispatcher.class);

  /** How many hosts are asked before the hub does it. */
  private static final int MAX_EXECUTORS = 3;

  /** A permit covers its position this many times, for blocks that must be moved again. */
  private static final int REPEATS = 2;

  private final OrderSender orders;
  private final HostDirectory hosts;
  private final PermitIssuer issuer;
  private final BlockDialer.Relay relay;
  private final Optional<RepairWorker> local;

  /**
   * @param local repairs in the hub, dialling as the hub; empty to leave it all to hosts
   */
  public RepairDispatcher(
      OrderSender orders,
      HostDirectory hosts,
      PermitIssuer issuer,
      BlockDialer.Relay relay,
      Optional<RepairWorker> local) {
    this.orders = orders;
    this.hosts = hosts;
    this.issuer = issuer;
    this.relay = relay;
    this.local = local;
  }

  /**
   * Carries a plan out; blocks for at most {@code timeout} for each executor.
   *
   * @return the positions that are proved to be restored, and their hosts
   * @throws ZansocException where no executor could do it: the last one's reason
   */
  public Map<Integer, PeerId> execute(RepairPlan plan, Duration timeout) {
    Optional<ZansocException> failure = Optional.empty();
    for (PeerId executor : executors(plan)) {
      try {
        RepairOrder order = order(plan, executor, timeout);
        byte[] answer = orders.order(executor, Orders.REPAIR, order.encode(), timeout);
        return proved(plan, RepairResult.decode(answer));
      } catch (ZansocException e) {
        failure.ifPresent(e::addSuppressed);
        failure = Optional.of(e);
        LOG.info("host {} did not repair: {}", executor.shortText(), e.getMessage());
        if (e.code() == ErrorCode.DATA_UNAVAILABLE) {
          break;
        }
      }
    }
    if (local.isPresent()) {
      return proved(plan, local.get().repair(order(plan, issuer.hub(), timeout)));
    }
    throw failure.orElseGet(
        () -> new ZansocException(ErrorCode.NOT_ENOUGH_HOSTS, "no host can carry out repairs"));
  }

  /** Connected hosts at random, those without a part in the segment first. */
  private List<PeerId> executors(RepairPlan plan) {
    Set<PeerId> involved = new HashSet<>();
    plan.sources().forEach(held -> involved.add(held.host()));
    plan.targets().values().forEach(host -> involved.add(host.id()));
    List<PeerId> apart = new ArrayList<>();
    List<PeerId> part = new ArrayList<>();
    for (StorageHost host : hosts.hosts()) {
      if (host.state() == NodeView.State.READY && host.reputation() > 0) {
        (involved.contains(host.id()) ? part : apart).add(host.id());
      }
    }
    Random shuffling = Random.from(issuer.random());
    Collections.shuffle(apart, shuffling);
    Collections.shuffle(part, shuffling);
    apart.addAll(part);
    return apart.stream().limit(MAX_EXECUTORS).toList();
  }

  private RepairOrder order(RepairPlan plan, PeerId executor, Duration timeout) {
    Instant expires = issuer.clock().instant().plus(timeout);
    EndangeredSegment segment = plan.segment();
    List<RepairOrder.Place> sources = new ArrayList<>();
    for (EndangeredSegment.Held held : plan.sources()) {
      hosts
          .host(held.host())
          .ifPresent(host ->
              sources.add(
                  place(segment, held.position(), host, executor, Permit.Action.GET, expires)));
    }
    List<RepairOrder.Place> targets = new ArrayList<>();
    plan.targets()
        .forEach((position, host) ->
            targets.add(place(segment, position, host, executor, Permit.Action.PUT, expires)));
    return new RepairOrder(segment.shard(), segment.index(), relay, sources, targets);
  }

  private RepairOrder.Place place(
      EndangeredSegment segment,
      int position,
      StorageHost host,
      PeerId executor,
      Permit.Action action,
      Instant expires) {
    ShardId shard = segment.shard();
    PermitIssuer.Scope scope = new PermitIssuer.Scope(host.id(), executor, shard, action);
    Permit.Signed permit = issuer.issue(scope, REPEATS * segment.index().shardBytes(), expires);
    return new RepairOrder.Place(position, host.id(), host.direct(), permit);
  }

  private Map<Integer, PeerId> proved(RepairPlan plan, RepairResult result) {
    for (RepairResult.Failure failure : result.failures()) {
      LOG.info(
          "position {} of {} was not restored: {}",
          failure.position(),
          plan.segment().index(),
          failure.message());
    }
    Map<Integer, PeerId> promised = new HashMap<>();
    plan.targets().forEach((position, host) -> promised.put(position, host.id()));
    Map<Integer, PeerId> proved = new HashMap<>();
    for (Receipt.Signed receipt : result.receipts()) {
      try {
        proved.putAll(
            ProvenSegment.check(
                    plan.segment().shard(),
                    plan.segment().index(),
                    promised,
                    List.of(receipt.encode()),
                    hosts)
                .hosts());
      } catch (ZansocException e) {
        LOG.warn("a repair's receipt proves nothing: {}", e.getMessage());
      }
    }
    return proved;
  }
}
