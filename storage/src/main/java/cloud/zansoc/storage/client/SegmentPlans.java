package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.api.DownloadPlan;
import cloud.zansoc.storage.api.DownloadRequest;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Map<Digest, CompletableFuture<PlannedSegment>> mine = new LinkedHashMap<>();
    synchronized (plans) {
      CompletableFuture<PlannedSegment> known = plans.get(segment);
      if (known == null) {
        known = new CompletableFuture<>();
        mine.put(segment, known);
        next.stream()
            .filter(digest -> !plans.containsKey(digest) && !digest.equals(segment))
            .distinct()
            .limit(BATCH - 1L)
            .forEach(digest -> mine.put(digest, new CompletableFuture<>()));
        plans.putAll(mine);
      }
      answer = known;
    }
    if (!mine.isEmpty()) {
      ask(mine);
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
      forget(planned);
      PlannedSegment fresh = plan(planned.index().id(), List.of());
      new StripeFetch(context, fresh, stripe, wanted, buffer).fetch();
    }
  }

  /**
   * Forgets a plan whose permits are used up or whose hosts are not there. What another thread has
   * asked since then stays.
   */
  private void forget(PlannedSegment stale) {
    synchronized (plans) {
      CompletableFuture<PlannedSegment> known = plans.get(stale.index().id());
      if (known != null && known.isDone() && stale.equals(known.getNow(stale))) {
        plans.remove(stale.index().id());
      }
    }
  }

  /** Asks the hub, and answers all of {@code asked}, whatever happens. */
  private void ask(Map<Digest, CompletableFuture<PlannedSegment>> asked) {
    try {
      DownloadPlan plan =
          context.hub().download(new DownloadRequest(List.copyOf(asked.keySet()), share));
      Iterator<DownloadPlan.SegmentPlan> answers = plan.segments().iterator();
      asked.forEach((segment, answer) -> answer.complete(planned(segment, answers.next())));
    } catch (RuntimeException e) {
      synchronized (plans) {
        asked.forEach(plans::remove);
      }
      asked.values().forEach(answer -> answer.completeExceptionally(e));
    }
    synchronized (plans) {
      while (plans.size() > KEPT) {
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
