package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * One attempt to bring the blocks of one segment to the hosts of one reservation: column p, all
 * blocks at position p, to the host of slot p.
 *
 * <p>Every put runs on a virtual thread of its own; what is in flight is bounded by the memory of
 * the stripes that {@link #send} is given. A host that fails loses its column. The long tail is
 * cut: when a waiter depends on a stripe that {@code commit} hosts have stored, the hosts that have
 * not are waited for as long again as half of what the others took, within the limits' bounds, and
 * then dropped. Thread-safe.
 */
final class SegmentUpload {
  private static final long POLL_MILLIS = 50;

  private final Reservation reservation;
  private final SegmentShape shape;
  private final boolean resumed;
  private final TransferContext context;
  private final IntConsumer onStripeSafe;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private final List<UploadColumn> columns = new ArrayList<>();
  private final StripeState[] stripes;
  private final byte[] digests;

  /**
   * @param resumed whether hosts may have some of the blocks already, so that they are asked first
   * @param onStripeSafe hears each stripe's number once enough hosts have stored it
   */
  SegmentUpload(
      TransferContext context,
      Reservation reservation,
      SegmentShape shape,
      boolean resumed,
      IntConsumer onStripeSafe) {
    this.context = context;
    this.reservation = reservation;
    this.shape = shape;
    this.resumed = resumed;
    this.onStripeSafe = onStripeSafe;
    this.stripes = new StripeState[shape.stripes()];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new StripeState();
    }
    this.digests = new byte[shape.stripes() * shape.n() * Digest.BYTES];
    reservation.slots().stream()
        .map(context.hosts()::access)
        .forEach(access -> columns.add(new UploadColumn(access, shape.stripes())));
  }

  /** How an attempt ended. */
  sealed interface Outcome {
    /** The hub can be asked to commit. */
    record Stored(SegmentCommit commit, SegmentIndex index) implements Outcome {}

    /**
     * The redundancy cannot be met.
     *
     * @param failures "host: reason" for each host that was dropped
     */
    record TooFewHosts(int needed, int found, List<String> failures) implements Outcome {}
  }

  /**
   * Starts the puts of one stripe; returns at once.
   *
   * @param blocks all n blocks
   * @param blockDigests their n digests, by position
   * @param release runs when {@code blocks} is no longer read
   */
  void send(int stripe, StripeBuffer blocks, List<Digest> blockDigests, Runnable release) {
    List<UploadColumn> targets;
    lock.lock();
    try {
      for (int position = 0; position < shape.n(); position++) {
        blockDigests.get(position).write(digests, digestOffset(stripe, position));
      }
      targets = columns.stream().filter(UploadColumn::alive).toList();
      stripes[stripe].sent(System.nanoTime(), targets.size());
    } finally {
      lock.unlock();
    }
    if (targets.isEmpty()) {
      release.run();
    }
    for (UploadColumn column : targets) {
      Thread.startVirtualThread(() -> store(column, stripe, blocks, release));
    }
  }

  private void store(UploadColumn column, int stripe, StripeBuffer blocks, Runnable release) {
    HostAccess access = column.access();
    try {
      if (begin(column)) {
        Digest digest = digest(stripe, access.position());
        long start = System.nanoTime();
        if (!resumed || !access.has(List.of(digest)).get(0)) {
          access.put(digest, blocks.block(access.position()));
          context.hosts().speeds().moved(access.host(), System.nanoTime() - start);
        }
        stored(column, stripe);
      }
    } catch (RuntimeException e) {
      context.hosts().speeds().failed(access.host());
      drop(column, String.valueOf(e.getMessage()));
    } finally {
      if (end(column, stripe)) {
        release.run();
      }
    }
  }

  private Digest digest(int stripe, int position) {
    return Digest.read(digests, digestOffset(stripe, position));
  }

  private int digestOffset(int stripe, int position) {
    return (stripe * shape.n() + position) * Digest.BYTES;
  }

  private boolean begin(UploadColumn column) {
    lock.lock();
    try {
      return column.begin(Thread.currentThread(), System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  private void stored(UploadColumn column, int stripe) {
    boolean safe;
    lock.lock();
    try {
      column.stored(stripe);
      safe = column.alive() && stripes[stripe].stored(System.nanoTime(), reservation.commit());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (safe) {
      onStripeSafe.accept(stripe);
    }
  }

  /** True for the last of the stripe's puts. */
  private boolean end(UploadColumn column, int stripe) {
    lock.lock();
    try {
      column.end(Thread.currentThread());
      changed.signalAll();
      return stripes[stripe].ended();
    } finally {
      lock.unlock();
    }
  }

  private void drop(UploadColumn column, String reason) {
    lock.lock();
    try {
      column.drop(reason);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether too many hosts have failed for this attempt to succeed. */
  boolean hopeless() {
    lock.lock();
    try {
      return alive() < reservation.commit();
    } finally {
      lock.unlock();
    }
  }

  /** Gives everything up; buffers are released as the puts end. */
  void abandon(String reason) {
    lock.lock();
    try {
      columns.forEach(column -> column.drop(reason));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Drops stalled hosts and stragglers; for a waiter that depends on them, at every turn. */
  void relieve() {
    lock.lock();
    try {
      long now = System.nanoTime();
      long stalledBefore = now - context.limits().blockTimeout().toNanos();
      columns.stream()
          .filter(column -> column.isStalled(stalledBefore))
          .forEach(column ->
              column.drop(
                  "stored nothing for " + context.limits().blockTimeout().toSeconds() + " s"));
      cutStragglers(now);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void cutStragglers(long now) {
    for (int i = 0; i < stripes.length; i++) {
      int stripe = i;
      List<UploadColumn> late =
          columns.stream().filter(column -> column.alive() && !column.has(stripe)).toList();
      if (late.isEmpty()) {
        continue;
      }
      if (stripes[stripe].graceIsOver(now, context.limits())
          && alive() - late.size() >= reservation.commit()) {
        late.forEach(column -> column.drop("too slow: enough others had stored their blocks"));
      }
      return;
    }
  }

  private int alive() {
    return (int) columns.stream().filter(UploadColumn::alive).count();
  }

  /** Waits until the redundancy is met or cannot be, and gathers the hosts' receipts. */
  Outcome finish() throws InterruptedException {
    if (!awaitStored()) {
      return tooFewHosts();
    }
    SegmentIndex index = new SegmentIndex(shape.k(), shape.n(), shape.length(), digests);
    List<byte[]> receipts = receipts(index);
    return hopeless()
        ? tooFewHosts()
        : new Outcome.Stored(
            new SegmentCommit(reservation.shard(), index.encode(), receipts), index);
  }

  private boolean awaitStored() throws InterruptedException {
    lock.lock();
    try {
      while (alive() >= reservation.commit()) {
        if (columns.stream().allMatch(column -> !column.alive() || column.isComplete())) {
          return true;
        }
        if (!changed.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          relieve();
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the attempt up, and waits for its puts to end: afterwards nothing of it is stored. */
  private Outcome tooFewHosts() throws InterruptedException {
    lock.lock();
    try {
      int found = alive();
      List<String> failures =
          columns.stream()
              .filter(column -> !column.alive())
              .map(column -> column.access().hostName() + ": " + column.reason())
              .toList();
      columns.forEach(column -> column.drop("the attempt was given up"));
      long patience = context.limits().blockTimeout().toNanos();
      while (patience > 0 && columns.stream().anyMatch(UploadColumn::isBusy)) {
        patience = changed.awaitNanos(patience);
      }
      return new Outcome.TooFewHosts(reservation.commit(), found, failures);
    } finally {
      lock.unlock();
    }
  }

  private List<byte[]> receipts(SegmentIndex index) throws InterruptedException {
    List<UploadColumn> complete;
    lock.lock();
    try {
      complete = columns.stream().filter(UploadColumn::alive).toList();
    } finally {
      lock.unlock();
    }
    List<Callable<byte[]>> requests = new ArrayList<>();
    for (UploadColumn column : complete) {
      requests.add(() -> receipt(column, index));
    }
    return VirtualThreads.all(requests, context.limits().blockTimeout()).stream()
        .filter(receipt -> receipt.length > 0)
        .toList();
  }

  /** The host's receipt, or nothing and a dropped column where it is not right. */
  private byte[] receipt(UploadColumn column, SegmentIndex index) {
    try {
      Receipt.Signed signed = column.access().receipt();
      Receipt receipt = signed.receipt();
      List<Digest> blocks = new ArrayList<>();
      for (int stripe = 0; stripe < index.stripes(); stripe++) {
        blocks.add(index.digest(stripe, column.access().position()));
      }
      if (receipt.host().equals(column.access().host())
          && receipt.shard().equals(reservation.shard())
          && receipt.blocksDigest().equals(Receipt.digestOf(blocks))) {
        return signed.encode();
      }
      drop(column, "its receipt is not for the blocks that it was given");
    } catch (ZansocException e) {
      drop(column, String.valueOf(e.getMessage()));
    }
    return new byte[0];
  }

  /** What became of one stripe; guarded by the upload's lock. */
  private static final class StripeState {
    private int running;
    private int storedBy;
    private long sentNanos;
    private long safeNanos;
    private boolean safe;

    void sent(long now, int puts) {
      sentNanos = now;
      running = puts;
    }

    /** True when this was the one that made the stripe safe. */
    boolean stored(long now, int commit) {
      storedBy++;
      if (safe || storedBy < commit) {
        return false;
      }
      safe = true;
      safeNanos = now;
      return true;
    }

    boolean ended() {
      return --running == 0;
    }

    boolean graceIsOver(long now, TransferLimits limits) {
      long grace =
          Math.clamp(
              (safeNanos - sentNanos) / 2,
              limits.graceFloor().toNanos(),
              limits.graceCeiling().toNanos());
      return safe && now - safeNanos > grace;
    }
  }
}
