package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a {@link BlockStore} under the hub's permits, without asking the hub, and keeps signed
 * receipts of what was done. Thread-safe; callers may be virtual threads and may be interrupted.
 *
 * <p>Receipts and the uses of permits are kept in a folder of their own, by one thread.
 */
public final class HostBlockService implements BlockService, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostBlockService.class);
  private static final long SAVE_MILLIS = 1000;

  private final Identity identity;
  private final BlockStore store;
  private final InstantSource clock;
  private final Disk disk;
  private final PermitUses uses;
  private final ReceiptLog receipts;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("receipt-keeper").daemon().factory());
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final ScheduledFuture<?> saving;
  private volatile String refusal = "";

  /**
   * Who the host is and whom it obeys.
   *
   * @param host this host's id
   * @param key signs receipts
   * @param hub verifies permits
   */
  public record Identity(PeerId host, PrivateKey key, PublicKey hub) {}

  /**
   * Opens the service with its receipts in {@code folder}, which is made if it is not there.
   *
   * @param store stays the caller's to close, after the service
   * @throws ZansocException CONFLICT if another process has the folder open, INTERNAL if the disk
   *     fails
   */
  public static HostBlockService open(
      Path folder, Identity identity, BlockStore store, InstantSource clock) {
    try {
      return new HostBlockService(new FolderDisk(folder), identity, store, clock);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "opening the receipts in %s failed (%s): check that the disk is there and is writable"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  HostBlockService(Disk disk, Identity identity, BlockStore store, InstantSource clock)
      throws IOException {
    this.disk = disk;
    this.identity = identity;
    this.store = store;
    this.clock = clock;
    this.uses = new PermitUses(disk);
    this.receipts = new ReceiptLog(disk);
    this.saving =
        keeper.scheduleWithFixedDelay(this::save, SAVE_MILLIS, SAVE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public BlockAccess open(PeerId client, Permit.Signed permit) {
    Instant now = clock.instant();
    Permit checked =
        uses.knows(permit)
            ? permit.checkAgain(identity.host(), client, now)
            : permit.check(identity.hub(), identity.host(), client, now);
    if (checked.action() == Permit.Action.PUT) {
      requireAccepting();
    }
    return new PermittedAccess(uses.of(permit));
  }

  /** Takes new blocks again. */
  public void accept() {
    refusal = "";
  }

  /**
   * Takes no new blocks until {@link #accept}; reading goes on.
   *
   * @param reason what clients are told, such as "it is paused by its owner"
   */
  public void refuse(String reason) {
    refusal = reason;
  }

  /** Bytes of blocks received since the start. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes of blocks sent since the start. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /**
   * The answer to the hub's order for receipts: signed receipts one after the other, at most 1 MiB.
   * A permit that is used again after its receipt gets a new one, which counts from the permit's
   * beginning: the one with the most bytes counts. The hub verifies each signature.
   *
   * @param known how many receipts the hub has kept
   * @throws ZansocException INTERNAL if the disk fails
   */
  public byte[] receiptsAfter(long known) {
    return onKeeper(() -> {
      writeReceipts();
      return receipts.after(known, ReceiptLog.MAX_AT_ONCE);
    });
  }

  private void writeReceipts() throws IOException {
    Instant now = clock.instant();
    List<PermitUse> due = uses.all().stream().filter(use -> use.isReceiptDue(now)).toList();
    List<Long> counted = new ArrayList<>();
    List<Receipt.Signed> signed = new ArrayList<>();
    for (PermitUse use : due) {
      PermitUse.Counts counts = use.counts();
      counted.add(counts.bytes());
      signed.add(sign(use, counts, now));
    }
    if (!signed.isEmpty()) {
      receipts.append(signed);
    }
    for (int i = 0; i < due.size(); i++) {
      due.get(i).receipted(counted.get(i));
    }
    uses.sweep(now);
    uses.save();
  }

  private Receipt.Signed sign(PermitUse use, PermitUse.Counts counts, Instant now) {
    Permit permit = use.permit();
    long bytes = counts.bytes();
    int blocks = counts.blocks();
    List<Digest> kept = List.of();
    if (permit.action() == Permit.Action.PUT) {
      ShardHoldings holdings = store.holdings(permit.shard());
      bytes = holdings.bytes();
      blocks = holdings.digests().size();
      kept = holdings.digests();
    }
    return new Receipt(
            identity.host(),
            permit.client(),
            use.signed().id(),
            permit.shard(),
            permit.action(),
            bytes,
            blocks,
            Receipt.digestOf(kept),
            now)
        .sign(identity.key());
  }

  private void save() {
    try {
      uses.save();
    } catch (IOException | RuntimeException e) {
      LOG.error("the uses of permits cannot be written: a restart would forget them", e);
    }
  }

  private <T> T onKeeper(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    keeper.execute(() -> {
      try {
        result.complete(task.call());
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    });
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ZansocException failure) {
        throw Failures.again(failure);
      }
      throw new ZansocException(
          ErrorCode.INTERNAL, "keeping receipts failed: check this host's disk", e);
    }
  }

  private void requireAccepting() {
    String reason = refusal;
    if (!reason.isEmpty()) {
      throw new ZansocException(
          ErrorCode.HOST_PAUSED,
          "this host takes no new blocks, since %s: choose another".formatted(reason));
    }
  }

  /** Writes the receipts that are due and everything else down. */
  @Override
  public void close() {
    saving.cancel(false);
    try {
      var _ =
          onKeeper(() -> {
            writeReceipts();
            uses.close();
            receipts.close();
            return true;
          });
      disk.close();
    } catch (IOException | RuntimeException e) {
      LOG.error("closing the receipts", e);
    } finally {
      keeper.shutdown();
    }
  }

  /** What one permit allows on one connection; all connections share the permit's use. */
  private final class PermittedAccess implements BlockAccess {
    private final PermitUse use;

    PermittedAccess(PermitUse use) {
      this.use = use;
    }

    @Override
    public void put(Digest digest, ByteBuffer block) {
      require(Permit.Action.PUT);
      requireAccepting();
      int length = block.remaining();
      use.charge(length);
      bytesIn.add(length);
      boolean stored = false;
      try {
        store.put(use.permit().shard(), digest, block);
        stored = true;
      } finally {
        if (!stored) {
          use.refund(length);
        }
      }
    }

    @Override
    public int get(Digest digest, ByteBuffer into) {
      require(Permit.Action.GET);
      int start = into.position();
      int length = store.get(use.permit().shard(), digest, into);
      try {
        use.charge(length);
      } catch (ZansocException e) {
        into.position(start);
        throw e;
      }
      bytesOut.add(length);
      return length;
    }

    @Override
    public BitSet has(List<Digest> digests) {
      require(Permit.Action.PUT);
      if (digests.size() > MAX_HAS) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "asked for %d blocks at once; ask for at most %d".formatted(digests.size(), MAX_HAS));
      }
      return store.has(use.permit().shard(), digests);
    }

    @Override
    public Receipt.Signed receipt() {
      Receipt.Signed receipt = sign(use, use.counts(), clock.instant());
      use.end();
      return receipt;
    }

    private void require(Permit.Action action) {
      if (use.permit().action() != action) {
        throw new ZansocException(
            ErrorCode.PERMIT_INVALID,
            "the permit is for %s, not for %s".formatted(use.permit().action(), action));
      }
      if (use.isExpired(clock.instant())) {
        throw new ZansocException(
            ErrorCode.PERMIT_EXPIRED,
            "the permit ended at %s: ask the hub for a new one".formatted(use.permit().expires()));
      }
    }
  }
}
