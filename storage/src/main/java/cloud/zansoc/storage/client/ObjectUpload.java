package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.format.Manifest.Extent;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.client.UploadJournal.SentSegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Stores the bytes of one object that is not packed: cuts them into segments and sends them, the
 * next one beginning (with its reservation in hand) while the one before waits for its last hosts.
 * Whole segments are committed as they end and noted in the journal, so that a repeated upload goes
 * on behind them. Used once, by one thread.
 */
final class ObjectUpload {
  /** How many segments may be under way. */
  static final int OPEN_SEGMENTS = 2;

  private final TransferContext context;
  private final BucketView bucket;
  private final UploadJournal journal;
  private final TransferProgress progress;
  private final long segmentBytes;
  private final Deque<Future<Part>> open = new ArrayDeque<>();
  private final List<Part> parts = new ArrayList<>();

  ObjectUpload(
      TransferContext context,
      BucketView bucket,
      UploadJournal journal,
      TransferProgress progress) {
    this.context = context;
    this.bucket = bucket;
    this.journal = journal;
    this.progress = progress;
    this.segmentBytes = SegmentIndex.segmentBytes(bucket.k());
  }

  /**
   * Bytes that are stored.
   *
   * @param uncommitted segments that are to be committed with the version
   */
  record Uploaded(
      long size, List<Extent> extents, List<Digest> leaves, List<SegmentCommit> uncommitted) {}

  /** One segment that is stored; not yet committed where {@code commit} is there. */
  private record Part(SentSegment segment, Optional<SegmentCommit> commit) {}

  /**
   * Stores all of {@code source}.
   *
   * @param lengths gives each segment's length in turn: {@link SegmentIndex#segmentBytes}, at the
   *     end less, then 0
   */
  Uploaded upload(Ciphertext source, LongSupplier lengths) throws InterruptedException {
    try (ExecutorService segments = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        Optional<SegmentSender> previous = Optional.empty();
        int number = 0;
        for (long length = lengths.getAsLong(); length > 0; length = lengths.getAsLong()) {
          if (open.size() == OPEN_SEGMENTS) {
            collectOldest();
          }
          previous = begin(segments, source, number, length, previous);
          number++;
        }
        while (!open.isEmpty()) {
          collectOldest();
        }
      } finally {
        segments.shutdownNow();
      }
    }
    return uploaded();
  }

  private Optional<SegmentSender> begin(
      ExecutorService segments,
      Ciphertext source,
      int number,
      long length,
      Optional<SegmentSender> previous) {
    Optional<SentSegment> done = journal.committed(number).or(() -> committedAfterAll(number));
    if (done.isPresent()) {
      open.add(CompletableFuture.completedFuture(new Part(done.get(), Optional.empty())));
      progress.moved(length);
      return previous;
    }
    SegmentSender sender =
        new SegmentSender(context, source, number * segmentBytes, length, progress);
    open.add(
        segments.submit(() -> {
          Turn turn = new Turn(number, length, previous);
          return finished(number, sender.send(turn::place));
        }));
    return Optional.of(sender);
  }

  /** A commit of an earlier try whose answer was not noted any more. */
  private Optional<SentSegment> committedAfterAll(int number) {
    Optional<SentSegment> committed =
        journal
            .sent(number)
            .filter(segment -> context.hub().resumable(shardOf(number)).isEmpty())
            .filter(segment -> context.hub().knows(segment.id()));
    committed.ifPresent(segment -> journal.done(number));
    return committed;
  }

  private ShardId shardOf(int number) {
    return journal.reserved(number).orElseThrow();
  }

  private void collectOldest() throws InterruptedException {
    try {
      parts.add(open.element().get());
      open.remove();
    } catch (ExecutionException e) {
      throw Failures.unwrapped(e);
    }
  }

  private Part finished(int number, SegmentSender.Sent sent) {
    SentSegment segment =
        new SentSegment(sent.index().id(), (int) sent.index().length(), sent.leaves());
    if (sent.index().length() < segmentBytes) {
      return new Part(segment, Optional.of(sent.commit()));
    }
    journal.sent(number, segment);
    context.hub().commit(new CommitRequest(List.of(sent.commit()), List.of()));
    journal.done(number);
    return new Part(segment, Optional.empty());
  }

  private Uploaded uploaded() {
    List<Extent> extents = new ArrayList<>();
    List<Digest> leaves = new ArrayList<>();
    List<SegmentCommit> uncommitted = new ArrayList<>();
    long size = 0;
    for (Part part : parts) {
      extents.add(new Extent(part.segment.id(), 0, part.segment.length()));
      leaves.addAll(part.segment.leaves());
      part.commit.ifPresent(uncommitted::add);
      size += part.segment.length();
    }
    return new Uploaded(size, extents, leaves, uncommitted);
  }

  /** Where a segment may go: reserved at once, used when the segment before has been read. */
  private final class Turn {
    private final int number;
    private final long length;
    private final Optional<SegmentSender> previous;
    private boolean first = true;

    Turn(int number, long length, Optional<SegmentSender> previous) {
      this.number = number;
      this.length = length;
      this.previous = previous;
    }

    SegmentSender.Place place() {
      Optional<Reservation> earlier =
          first ? journal.reserved(number).flatMap(context.hub()::resumable) : Optional.empty();
      Reservation reservation = earlier.orElseGet(() -> reserve(number, length));
      if (first && previous.isPresent()) {
        first = false;
        try {
          previous.get().awaitRead();
        } catch (InterruptedException e) {
          throw Failures.interrupted("storing a segment", e);
        }
      }
      first = false;
      return new SegmentSender.Place(reservation, earlier.isPresent());
    }
  }

  private Reservation reserve(int number, long length) {
    Reservation reservation = context.hub().reserve(new ReserveRequest(bucket.name(), length));
    journal.reserved(number, reservation.shard());
    return reservation;
  }
}
