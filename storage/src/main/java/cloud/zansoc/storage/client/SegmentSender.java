package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.LeafDigests;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.Reservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one segment to its hosts, in as many attempts as are allowed: takes a stripe's memory,
 * lets a coding thread read and encode it, and hands it to the attempt's {@link SegmentUpload}.
 */
final class SegmentSender {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentSender.class);
  private static final int ATTEMPTS = 3;
  private static final Duration POLL = Duration.ofMillis(50);

  private final TransferContext context;
  private final Ciphertext source;
  private final long offset;
  private final long length;
  private final TransferProgress progress;

  private final CountDownLatch read = new CountDownLatch(1);
  private final AtomicReference<List<Digest>> tailLeaves = new AtomicReference<>(List.of());
  private final AtomicReference<Optional<RuntimeException>> failure =
      new AtomicReference<>(Optional.empty());
  // Guarded by itself: stripes of which progress was told, in whichever attempt.
  private final BitSet told = new BitSet();

  /**
   * @param offset of the segment in {@code source}
   * @param length of the segment, 1 byte to {@link SegmentIndex#segmentBytes}
   */
  SegmentSender(
      TransferContext context,
      Ciphertext source,
      long offset,
      long length,
      TransferProgress progress) {
    this.context = context;
    this.source = source;
    this.offset = offset;
    this.length = length;
    this.progress = progress;
  }

  /**
   * A segment that its hosts keep, for the hub to commit.
   *
   * @param leaves the digests of its 256 KiB leaves, for the root CID of an object that it is all
   *     or a whole part of
   */
  record Sent(SegmentCommit commit, SegmentIndex index, List<Digest> leaves) {}

  /** A reservation, and whether its hosts may have blocks already. */
  record Place(Reservation reservation, boolean resumed) {}

  /** Waits until the segment's bytes have been asked for, so that the next one may begin. */
  void awaitRead() throws InterruptedException {
    read.await();
  }

  /**
   * Sends the segment; once.
   *
   * @param places gives the place for the first attempt, then for each further one
   * @throws ZansocException NOT_ENOUGH_HOSTS which names the hosts that failed and why
   */
  Sent send(Supplier<Place> places) throws InterruptedException {
    try {
      for (int attempt = 1; ; attempt++) {
        Place place = places.get();
        switch (attempt(place)) {
          case SegmentUpload.Outcome.Stored stored -> {
            return new Sent(stored.commit(), stored.index(), leaves(stored.index()));
          }
          case SegmentUpload.Outcome.TooFewHosts few -> {
            context.hub().release(place.reservation().shard());
            failure.get().ifPresent(SegmentSender::rethrow);
            if (attempt == ATTEMPTS) {
              throw notEnough(few);
            }
            LOG.warn(
                "{} of {} hosts kept the segment, trying others: {}",
                few.found(),
                few.needed(),
                String.join("; ", few.failures()));
            source.requireUnchanged();
          }
        }
      }
    } finally {
      read.countDown();
    }
  }

  private SegmentUpload.Outcome attempt(Place place) throws InterruptedException {
    Reservation reservation = place.reservation();
    SegmentShape shape = new SegmentShape(reservation.k(), reservation.n(), length);
    SegmentUpload upload =
        new SegmentUpload(
            context, reservation, shape, place.resumed(), stripe -> tell(shape, stripe));
    try {
      for (int stripe = 0; stripe < shape.stripes() && !upload.hopeless(); stripe++) {
        encode(upload, shape, stripe);
      }
      read.countDown();
      return upload.finish();
    } catch (InterruptedException e) {
      upload.abandon("the upload was interrupted");
      throw e;
    }
  }

  private void encode(SegmentUpload upload, SegmentShape shape, int stripe)
      throws InterruptedException {
    Optional<StripeBuffer> buffer = Optional.empty();
    while (buffer.isEmpty() && !upload.hopeless()) {
      buffer = context.coding().buffers().take(shape.k(), shape.n(), POLL);
      if (buffer.isEmpty()) {
        upload.relieve();
      }
    }
    buffer.ifPresent(taken -> context.coding().execute(() -> encode(upload, shape, stripe, taken)));
  }

  private void encode(SegmentUpload upload, SegmentShape shape, int stripe, StripeBuffer buffer) {
    Runnable release = () -> context.coding().buffers().give(buffer);
    try {
      int stripeLength = shape.stripeLength(stripe);
      buffer.clear();
      source.read(offset + stripe * shape.stripeBytes(), buffer.array(), 0, stripeLength);
      buffer.advance(stripeLength);
      if (buffer.remaining() > 0) {
        LeafDigests leaves = new LeafDigests();
        leaves.update(buffer.array(), 0, stripeLength);
        tailLeaves.set(leaves.finish());
      }
      upload.send(stripe, buffer, context.coding().encode(buffer), release);
    } catch (RuntimeException e) {
      failure.set(Optional.of(e));
      release.run();
      upload.abandon(String.valueOf(e.getMessage()));
    }
  }

  private void tell(SegmentShape shape, int stripe) {
    synchronized (told) {
      if (told.get(stripe)) {
        return;
      }
      told.set(stripe);
    }
    progress.moved(shape.stripeLength(stripe));
  }

  /** Data blocks of full stripes are leaves as they are; those of a short stripe are not. */
  private List<Digest> leaves(SegmentIndex index) {
    List<Digest> leaves = new ArrayList<>();
    for (int stripe = 0; stripe < index.stripes(); stripe++) {
      if (index.stripeLength(stripe) < index.stripeBytes()) {
        leaves.addAll(tailLeaves.get());
      } else {
        for (int position = 0; position < index.k(); position++) {
          leaves.add(index.digest(stripe, position));
        }
      }
    }
    return leaves;
  }

  private static void rethrow(RuntimeException failure) {
    throw failure;
  }

  private static ZansocException notEnough(SegmentUpload.Outcome.TooFewHosts few) {
    return new ZansocException(
        ErrorCode.NOT_ENOUGH_HOSTS,
        ("storing needs %d hosts and only %d kept their blocks (%s); see 'zansoc node ls', and"
                + " repeat the command: what is stored is not sent again")
            .formatted(few.needed(), few.found(), String.join("; ", few.failures())));
  }
}
