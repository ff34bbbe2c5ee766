package cloud.zansoc.storage.repair;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.storage.repair.RepairOrder.Place;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that blocks are read from. Each stripe is asked of the k hosts that failed least; for
 * one that fails another is asked at once, and one more for each that keeps the stripe waiting.
 */
final class RepairSources implements AutoCloseable {
  /** How long a stripe waits before it asks one host more. */
  private static final long HEDGE_MILLIS = 2_000;

  private final BlockDialer dialer;
  private final RepairOrder order;
  private final SegmentIndex index;
  private final List<Source> sources = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  RepairSources(BlockDialer dialer, RepairOrder order) {
    this.dialer = dialer;
    this.order = order;
    this.index = order.index();
    order.sources().forEach(place -> sources.add(new Source(place)));
  }

  private static final class Source {
    private final Place place;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile @Nullable BlockAccess access;

    Source(Place place) {
      this.place = place;
    }
  }

  /** A block that was read and is right, or none. */
  private record Answer(Source source, byte @Nullable [] block) {}

  /**
   * Reads k blocks of a stripe to their places.
   *
   * @param blocks n times the stripe's block size
   * @return the positions read
   * @throws ZansocException DATA_UNAVAILABLE where fewer than k can be read
   */
  BitSet read(int stripe, byte[] blocks) {
    Deque<Source> waiting = new ArrayDeque<>(ranked());
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    List<Future<?>> asked = new ArrayList<>();
    BitSet present = new BitSet();
    int open = 0;
    try {
      while (present.cardinality() < index.k()) {
        while (open + present.cardinality() < index.k() && !waiting.isEmpty()) {
          asked.add(ask(waiting.removeFirst(), stripe, answers));
          open++;
        }
        if (open == 0) {
          throw unavailable(stripe, present.cardinality());
        }
        Answer answer = answers.poll(HEDGE_MILLIS, TimeUnit.MILLISECONDS);
        if (answer == null) {
          if (!waiting.isEmpty()) {
            asked.add(ask(waiting.removeFirst(), stripe, answers));
            open++;
          }
          continue;
        }
        open--;
        keep(answer, blocks, present);
      }
      return present;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "the repair was interrupted", e);
    } finally {
      asked.forEach(request -> request.cancel(true));
    }
  }

  private List<Source> ranked() {
    // The stable sort keeps the order's preference among equals; numbers are read once.
    record Rank(Source source, int failures) {}
    return sources.stream()
        .map(source -> new Rank(source, source.failures.get()))
        .sorted(Comparator.comparingInt(Rank::failures))
        .map(Rank::source)
        .toList();
  }

  private void keep(Answer answer, byte[] blocks, BitSet present) {
    byte[] block = answer.block;
    if (block == null) {
      answer.source.failures.incrementAndGet();
      return;
    }
    int position = answer.source.place.position();
    System.arraycopy(block, 0, blocks, position * block.length, block.length);
    present.set(position);
  }

  private Future<?> ask(Source source, int stripe, BlockingQueue<Answer> answers) {
    return threads.submit(() -> {
      byte @Nullable [] block = null;
      try {
        block = fetch(source, stripe);
      } catch (ZansocException e) {
        source.access = null;
      } finally {
        answers.add(new Answer(source, block));
      }
    });
  }

  /** Reads one block into memory of its own, as the stripe may be done before the answer comes. */
  private byte @Nullable [] fetch(Source source, int stripe) {
    Place place = source.place;
    BlockAccess access = source.access;
    if (access == null) {
      access = dialer.connect(place.host(), place.direct(), order.relay()).open(place.permit());
      source.access = access;
    }
    byte[] block = new byte[index.blockBytes(stripe)];
    Digest digest = index.digest(stripe, place.position());
    int length = access.get(digest, ByteBuffer.wrap(block));
    return length == block.length && Digest.sha256(block).equals(digest) ? block : null;
  }

  private ZansocException unavailable(int stripe, int found) {
    return new ZansocException(
        ErrorCode.DATA_UNAVAILABLE,
        "stripe %d of %s needs %d blocks and %d could be read from %d hosts"
            .formatted(stripe, index, index.k(), found, sources.size()));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
