package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Where segments lie, as the hub last said; asked for several at a time. Thread-safe. */
final class SegmentPlans {
  /** How many segments are asked for at once: the one needed and those that follow. */
  static final int BATCH = 8;

  private static final int KEPT = 64;

  private final TransferContext context;
  private final Optional<String> share;
  // Guarded by itself; in the order of asking.
  private final LinkedHashMap<Digest, CompletableFuture<PlannedSegment>> plans =
      new LinkedHashMap<>();

  /**
   * @param share the share that allows reading, where the client is not of the tenant
   */
  SegmentPlans(TransferContext context, Optional<String> share) {
    this.context = context;
    this.share = share;
  }

  /**
   * The plan of {@code segment}.
   *
   * @param next the segments that will be wanted after it
   */
  PlannedSegment plan(Digest segment, List<Digest> next) throws InterruptedException {
    CompletableFuture<PlannedSegment> answer;
    List<Digest> wanted = new ArrayList<>();
    synchronized (plans) {
      if (!plans.containsKey(segment)) {
        wanted.add(segment);
        next.stream()
            .filter(digest -> !plans.containsKey(digest) && !wanted.contains(digest))
            .limit(BATCH - 1L)
            .forEach(wanted::add);
        wanted.forEach(digest -> plans.put(digest, new CompletableFuture<>()));
      }
      answer = plans.getOrDefault(segment, new CompletableFuture<>());
    }
    if (!wanted.isEmpty()) {
      ask(wanted);
    }
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw Failures.unwrapped(e);
    }
  }

  /**
   * Fetches the data blocks {@code wanted} of a stripe into {@code buffer}; where that fails, once
   * more with a fresh plan, since permits end and repair moves blocks to other hosts.
   *
   * @throws ZansocException DATA_UNAVAILABLE, as {@link StripeFetch#fetch} does
   */
  void fetch(PlannedSegment planned, int stripe, BitSet wanted, StripeBuffer buffer)
      throws InterruptedException {
    try {
      new StripeFetch(context, planned, stripe, wanted, buffer).fetch();
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.DATA_UNAVAILABLE) {
        throw e;
      }
      forget(planned.index().id());
      PlannedSegment fresh = plan(planned.index().id(), List.of());
      new StripeFetch(context, fresh, stripe, wanted, buffer).fetch();
    }
  }

  /**
   * Forgets what was said of {@code segment}: its permits are used up, or its hosts are not there.
   */
  private void forget(Digest segment) {
    synchronized (plans) {
      plans.remove(segment);
    }
  }

  private void ask(List<Digest> wanted) {
    try {
      DownloadPlan plan = context.hub().download(new DownloadRequest(wanted, share));
      for (int i = 0; i < wanted.size(); i++) {
        answer(wanted.get(i), planned(wanted.get(i), plan.segments().get(i)));
      }
    } catch (RuntimeException e) {
      synchronized (plans) {
        wanted.forEach(digest -> {
          CompletableFuture<PlannedSegment> failed = plans.remove(digest);
          if (failed != null) {
            failed.completeExceptionally(e);
          }
        });
      }
    }
  }

  private void answer(Digest segment, PlannedSegment planned) {
    synchronized (plans) {
      plans.getOrDefault(segment, new CompletableFuture<>()).complete(planned);
      if (plans.size() > KEPT) {
        plans.pollFirstEntry();
      }
    }
  }

  private PlannedSegment planned(Digest segment, DownloadPlan.SegmentPlan plan) {
    SegmentIndex index = SegmentIndex.decode(plan.index());
    if (!index.id().equals(segment)) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "the hub gave the index of segment %s for segment %s: it is not to be trusted"
              .formatted(index.id().shortText(), segment.shortText()));
    }
    return new PlannedSegment(
        index, plan.slots().stream().map(context.hosts()::access).toList(), plan.lost());
  }
}
