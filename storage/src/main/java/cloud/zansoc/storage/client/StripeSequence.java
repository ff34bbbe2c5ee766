package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.format.Manifest;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The plaintext of a range of an object, stripe by stripe and in order, fetched ahead as far as the
 * memory for stripes allows. For one thread; to be closed, whatever happens.
 */
final class StripeSequence implements AutoCloseable {
  private static final int MAX_AHEAD = 64;

  private final TransferContext context;
  private final SegmentPlans plans;
  private final StoredObject object;
  private final List<StripePiece.Run> runs;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<Ahead> ahead = new ArrayDeque<>();
  private final Deque<StripePiece> pieces = new ArrayDeque<>();
  private int nextRun;
  private Optional<PlannedSegment> segment = Optional.empty();
  private Optional<StripeBuffer> handedOut = Optional.empty();

  /** A stripe that is being fetched into its buffer. */
  private record Ahead(StripePiece piece, StripeBuffer buffer, Future<?> fetched) {}

  StripeSequence(
      TransferContext context, SegmentPlans plans, StoredObject object, ByteRange range) {
    this.context = context;
    this.plans = plans;
    this.object = object;
    this.runs = StripePiece.runs(object.manifest().content().extents(), range);
  }

  /**
   * The next bytes, valid until the next call; empty at the end.
   *
   * @throws ZansocException DATA_UNAVAILABLE which names the object
   */
  Optional<ByteBuffer> next() throws InterruptedException {
    handedOut.ifPresent(context.coding().buffers()::give);
    handedOut = Optional.empty();
    fetchAhead();
    if (ahead.isEmpty()) {
      return Optional.empty();
    }
    Ahead first = ahead.element();
    try {
      first.fetched.get();
    } catch (ExecutionException e) {
      throw Failures.unwrapped(e);
    }
    ahead.remove();
    handedOut = Optional.of(first.buffer);
    return Optional.of(
        ByteBuffer.wrap(first.buffer.array(), first.piece.from(), first.piece.length()));
  }

  private void fetchAhead() throws InterruptedException {
    while (ahead.size() < MAX_AHEAD && hasPiece()) {
      PlannedSegment planned = segment.orElseThrow();
      int k = planned.index().k();
      int n = planned.index().n();
      Optional<StripeBuffer> buffer =
          ahead.isEmpty()
              ? Optional.of(context.coding().buffers().take(k, n))
              : context.coding().buffers().tryTake(k, n);
      if (buffer.isEmpty()) {
        return;
      }
      StripePiece piece = pieces.remove();
      Future<?> fetched =
          threads.submit(() -> {
            fetch(planned, piece, buffer.get());
            return piece;
          });
      ahead.add(new Ahead(piece, buffer.get(), fetched));
    }
  }

  /** Moves on to the next segment where the pieces of this one are all under way. */
  private boolean hasPiece() throws InterruptedException {
    if (pieces.isEmpty() && nextRun < runs.size()) {
      StripePiece.Run run = runs.get(nextRun);
      int last = Math.min(runs.size(), nextRun + SegmentPlans.BATCH);
      List<Digest> next =
          runs.subList(nextRun, last).stream().map(StripePiece.Run::segment).toList();
      PlannedSegment planned = plans.plan(run.segment(), next);
      segment = Optional.of(planned);
      pieces.addAll(StripePiece.pieces(planned.index(), run));
      nextRun++;
    }
    return !pieces.isEmpty();
  }

  private void fetch(PlannedSegment planned, StripePiece piece, StripeBuffer buffer)
      throws InterruptedException {
    try {
      plans.fetch(planned, piece.stripe(), piece.positions(planned.index()), buffer);
    } catch (ZansocException e) {
      throw named(object, e);
    }
    Manifest.Content content = object.manifest().content();
    new AesCtr(content.key().toBytes())
        .process(piece.objectOffset(), buffer.array(), piece.from(), piece.length());
  }

  /** The failure with the object's name, where that is what cannot be read. */
  static ZansocException named(StoredObject object, ZansocException failure) {
    return failure.code() == ErrorCode.DATA_UNAVAILABLE
        ? new ZansocException(
            failure.code(),
            "%s cannot be read now: %s; see 'zansoc node ls' and repeat when hosts are back"
                .formatted(object.address(), failure.getMessage()),
            failure)
        : failure;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    handedOut.ifPresent(context.coding().buffers()::give);
    ahead.forEach(stripe -> context.coding().buffers().give(stripe.buffer));
    ahead.clear();
  }
}
