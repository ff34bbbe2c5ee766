package cloud.zansoc.storage.hub;

import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.Orders;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the hub does about storage from time to time: ends reservations, drops segments that nobody
 * names, and has hosts delete what they must forget. Thread-safe.
 */
public final class StorageUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(StorageUpkeep.class);

  /** A permit may be used until both clocks' skew has passed; only then is its shard deleted. */
  private static final Duration AFTER_EXPIRY = Limits.CLOCK_SKEW.multipliedBy(2);

  /** How long a committed segment waits for its first version. */
  private static final Duration UNREFERENCED = Duration.ofDays(7);

  /** How long the repetition of a commit is known. */
  private static final Duration COMMITS = Duration.ofDays(1);

  private static final int DELETIONS_PER_ORDER = 1000;
  private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(60);

  private final CatalogueUpkeep store;
  private final HostDirectory hosts;
  private final OrderSender orders;
  private final Clock clock;

  public StorageUpkeep(
      CatalogueUpkeep store, HostDirectory hosts, OrderSender orders, Clock clock) {
    this.store = store;
    this.hosts = hosts;
    this.orders = orders;
    this.clock = clock;
  }

  /** Does some of everything that is due; blocks until hosts have answered. */
  public void tick() {
    Instant now = clock.instant();
    store.expireReservations(now.minus(AFTER_EXPIRY));
    store.dropUnreferenced(now.minus(UNREFERENCED));
    store.forgetCommits(now.minus(COMMITS));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (PeerId host : store.hostsWithDeletions(now)) {
        Optional<StorageHost> known = hosts.host(host);
        if (known.filter(StorageHost::connected).isPresent()) {
          threads.execute(() -> delete(host, now));
        }
      }
    }
  }

  private void delete(PeerId host, Instant now) {
    List<ShardId> shards = store.takeDeletions(host, now, DELETIONS_PER_ORDER);
    if (shards.isEmpty()) {
      return;
    }
    ByteBuffer body = ByteBuffer.allocate(shards.size() * ShardId.BYTES);
    shards.forEach(shard -> shard.write(body));
    try {
      orders.order(host, Orders.DELETE_SHARDS, body.array(), ORDER_TIMEOUT);
      store.acknowledgeDeletions(host, shards);
    } catch (ZansocException e) {
      LOG.info(
          "host {} has not deleted {} shards yet: {}",
          host.shortText(),
          shards.size(),
          e.getMessage());
    }
  }
}
