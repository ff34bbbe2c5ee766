package cloud.zansoc.hub.store;

import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.hub.store.Reservations.Promise;
import cloud.zansoc.hub.store.Segments.Segment;
import cloud.zansoc.storage.api.DownloadPlan.SegmentPlan;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.Slot;
import cloud.zansoc.storage.hub.EndangeredSegment.Held;
import cloud.zansoc.storage.hub.HostDirectory;
import cloud.zansoc.storage.hub.PermitIssuer;
import cloud.zansoc.storage.hub.StorageHost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes the slots of reservations and download plans: hosts with permits for the caller. */
final class SegmentPermits {
  /** How long a permit to read is good. */
  private static final Duration READ_LIFETIME = Duration.ofHours(6);

  /** A permit covers its blocks this many times, for blocks that must be moved again. */
  private static final int REPEATS = 2;

  private final HostDirectory hosts;
  private final PermitIssuer issuer;

  SegmentPermits(HostDirectory hosts, PermitIssuer issuer) {
    this.hosts = hosts;
    this.issuer = issuer;
  }

  /**
   * Bytes that one position of a segment takes: see {@link cloud.zansoc.codec.format.SegmentIndex}.
   */
  static long shardBytes(int k, long length) {
    long stripe = (long) k * Limits.BLOCK_BYTES;
    long whole = (length - 1) / stripe;
    return whole * Limits.BLOCK_BYTES + (length - whole * stripe + k - 1) / k;
  }

  Reservation reservation(Promise promise, PeerId client) {
    long maxBytes = REPEATS * shardBytes(promise.scheme().k(), promise.length());
    List<Slot> slots = new ArrayList<>();
    promise
        .byPosition()
        .forEach((position, id) -> {
          Optional<StorageHost> host = hosts.host(id);
          if (host.filter(StorageHost::gone).isEmpty()) {
            PermitIssuer.Scope scope =
                new PermitIssuer.Scope(id, client, promise.shard(), Permit.Action.PUT);
            slots.add(slot(position, id, host, issuer.issue(scope, maxBytes, promise.expires())));
          }
        });
    return new Reservation(
        promise.shard(),
        promise.scheme().k(),
        promise.scheme().n(),
        promise.scheme().commit(),
        slots,
        promise.expires());
  }

  /** Slots of hosts that can be read now come first, those of hosts that are away last. */
  SegmentPlan plan(Segment segment, List<Held> positions, PeerId client, Instant now) {
    long maxBytes = REPEATS * segment.index().shardBytes();
    List<Slot> slots = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    List<Held> order = new ArrayList<>(positions);
    order.sort(Comparator.comparingInt(this::inconvenience));
    for (Held held : order) {
      Optional<StorageHost> host = hosts.host(held.host());
      if (host.filter(known -> !known.gone()).isPresent()) {
        PermitIssuer.Scope scope =
            new PermitIssuer.Scope(held.host(), client, segment.shard(), Permit.Action.GET);
        slots.add(
            slot(
                held.position(),
                held.host(),
                host,
                issuer.issue(scope, maxBytes, now.plus(READ_LIFETIME))));
      } else {
        lost.add(name(held.host(), host));
      }
    }
    return new SegmentPlan(
        segment.index().id(), segment.shard(), segment.index().encode(), slots, lost);
  }

  private int inconvenience(Held held) {
    boolean connected = hosts.host(held.host()).filter(StorageHost::connected).isPresent();
    return (connected ? 0 : 2) + (held.damaged() ? 1 : 0);
  }

  private static Slot slot(
      int position, PeerId id, Optional<StorageHost> host, Permit.Signed permit) {
    return new Slot(
        position, id, name(id, host), host.flatMap(StorageHost::direct), permit.encode());
  }

  private static String name(PeerId id, Optional<StorageHost> host) {
    return host.map(StorageHost::name).orElse(id.shortText());
  }

  /** The name of a host that is not lost; empty where it is. */
  String nameUnlessGone(PeerId id) {
    return hosts.host(id).filter(host -> !host.gone()).map(StorageHost::name).orElse("");
  }

  /** Whether a position can be read now. */
  boolean healthy(Held held) {
    return !held.damaged() && hosts.host(held.host()).filter(StorageHost::connected).isPresent();
  }

  /** A random shard number. */
  ShardId newShard() {
    return new ShardId(issuer.random().nextLong(), issuer.random().nextLong());
  }
}
