package cloud.zansoc.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.DamageReport;
import cloud.zansoc.storage.host.DamageListener;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the hub about damaged blocks, so that they are restored elsewhere; keeps on trying while
 * the hub is away. What is still unsaid when the agent ends is found again by the store's next
 * reading. Thread-safe.
 */
final class DamageReporter implements DamageListener, AutoCloseable {
  /** The most reports that wait; a disk that loses more has lost them all. */
  private static final int MAX_WAITING = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(DamageReporter.class);

  private final BlockingQueue<DamageReport> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Supplier<ApiClient> hub;
  private final Duration pause;
  private final Thread sender;

  /**
   * @param hub opens a client, which is closed when nothing is left to say
   * @param pause before a report that failed is sent again
   */
  DamageReporter(Supplier<ApiClient> hub, Duration pause) {
    this.hub = hub;
    this.pause = pause;
    this.sender = Thread.ofVirtual().name("damage-reports").start(this::run);
  }

  @Override
  public void damaged(ShardId shard, Digest digest) {
    LOG.warn("block {} of shard {} is damaged: the hub will be told", digest, shard);
    if (!waiting.offer(new DamageReport(digest, shard))) {
      LOG.error("too much damage to report one by one: check this host's disk");
    }
  }

  @Override
  public void unreadable(String file, long offset, long bytes) {
    LOG.error(
        "{} bytes at {} of the log file {} cannot be read: check the disk", bytes, offset, file);
  }

  private void run() {
    try {
      while (true) {
        DamageReport first = waiting.take();
        try (ApiClient client = hub.get()) {
          for (DamageReport next = first; next != null; next = waiting.poll()) {
            send(client, next);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends one report until the hub has it or refuses it. */
  private void send(ApiClient client, DamageReport report) throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        client.run(ApiCall.post("/v1/damage").body(report).idempotent());
        return;
      } catch (ZansocException e) {
        if (!e.code().retryable() && e.code() != ErrorCode.INTERNAL) {
          LOG.warn("the hub refuses the report of block {}: {}", report.digest(), e.getMessage());
          return;
        }
        LOG.info("the report of block {} waits: {}", report.digest(), e.getMessage());
      }
      Thread.sleep(pause);
    }
  }

  /** Stops sending. */
  @Override
  public void close() {
    sender.interrupt();
  }
}
