package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.codec.erasure.StripeBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The ciphertext of stripes that many small objects share, so that reading all of them fetches each
 * stripe once. Thread-safe.
 */
final class StripeCache {
  /** How much ciphertext is kept, in bytes. */
  static final long MAX_BYTES = 32L << 20;

  private final TransferContext context;
  private final SegmentPlans plans;
  // Guarded by itself; the least lately used first.
  private final Map<Place, CompletableFuture<byte[]>> stripes =
      new LinkedHashMap<>(16, 0.75f, true);

  private record Place(Digest segment, int stripe) {}

  StripeCache(TransferContext context, SegmentPlans plans) {
    this.context = context;
    this.plans = plans;
  }

  /** All the ciphertext of a stripe; not to be changed. */
  byte[] get(PlannedSegment segment, int stripe) throws InterruptedException {
    Place place = new Place(segment.index().id(), stripe);
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> theirs;
    synchronized (stripes) {
      theirs = stripes.putIfAbsent(place, mine);
      evict(segment.index().stripeBytes());
    }
    if (theirs == null) {
      load(segment, place, mine);
    }
    try {
      return (theirs == null ? mine : theirs).get();
    } catch (ExecutionException e) {
      throw Failures.unwrapped(e);
    }
  }

  private void load(PlannedSegment segment, Place place, CompletableFuture<byte[]> answer)
      throws InterruptedException {
    try {
      answer.complete(fetch(segment, place.stripe));
    } catch (InterruptedException | RuntimeException e) {
      synchronized (stripes) {
        stripes.remove(place);
      }
      answer.completeExceptionally(e);
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
    }
  }

  private byte[] fetch(PlannedSegment segment, int stripe) throws InterruptedException {
    int k = segment.index().k();
    StripeBuffer buffer = context.coding().buffers().take(k, segment.index().n());
    try {
      BitSet data = new BitSet();
      data.set(0, k);
      plans.fetch(segment, stripe, data, buffer);
      return Arrays.copyOf(buffer.array(), segment.index().stripeLength(stripe));
    } finally {
      context.coding().buffers().give(buffer);
    }
  }

  private void evict(long stripeBytes) {
    long most = Math.max(1, MAX_BYTES / stripeBytes);
    Iterator<CompletableFuture<byte[]>> oldest = stripes.values().iterator();
    while (stripes.size() > most) {
      oldest.next();
      oldest.remove();
    }
  }
}
