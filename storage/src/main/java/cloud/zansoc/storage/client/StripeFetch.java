package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.erasure.StripeDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one stripe, or some of its data blocks, into a buffer: asks the hosts that are expected
 * to be fastest, data positions first since they need no decoding; asks another position for every
 * block that fails, is not what it should be, or is late; and restores what is missing from any k.
 * Each block is verified before it counts. Used once, by one thread.
 */
final class StripeFetch {
  private static final Logger LOG = LoggerFactory.getLogger(StripeFetch.class);

  /** A parity position is asked instead of a data position whose host is this much slower. */
  private static final double PARITY_COST = 2;

  /** A block is late after this many times what the hosts at hand are expected to take. */
  private static final double LATE_FACTOR = 3;

  private final TransferContext context;
  private final PlannedSegment segment;
  private final int stripe;
  private final BitSet wanted;
  private final StripeDecoder decoder;

  private final BlockingQueue<Attempt> ended = new LinkedBlockingQueue<>();
  private final Set<Attempt> running = new HashSet<>();
  private final Deque<HostAccess> candidates;
  // Guarded by itself.
  private final List<String> failures = new ArrayList<>();

  /**
   * @param wanted data positions; when the fetch is over their blocks lie in {@code buffer}
   */
  StripeFetch(
      TransferContext context,
      PlannedSegment segment,
      int stripe,
      BitSet wanted,
      StripeBuffer buffer) {
    this.context = context;
    this.segment = segment;
    this.stripe = stripe;
    this.wanted = wanted;
    int k = segment.index().k();
    this.decoder =
        new StripeDecoder(
            context.coding().code(k, segment.index().n()), segment.index(), stripe, buffer);
    this.candidates =
        new ArrayDeque<>(
            segment.hosts().stream()
                .map(access -> new Candidate(access, cost(context, wanted, k, access)))
                .sorted(Comparator.comparingDouble(Candidate::cost))
                .map(Candidate::access)
                .toList());
  }

  /** A host and its cost at one moment: the speeds change while others are at work. */
  private record Candidate(HostAccess access, double cost) {}

  /**
   * Fetches; every request has ended when it returns or throws, so that the buffer is the caller's.
   *
   * @throws ZansocException DATA_UNAVAILABLE which says how many blocks were needed and found, and
   *     what became of the other hosts
   */
  void fetch() throws InterruptedException {
    try {
      startMissing();
      while (!isEnough()) {
        if (running.isEmpty()) {
          throw unavailable();
        }
        Attempt attempt = ended.poll(untilLate(), TimeUnit.NANOSECONDS);
        if (attempt != null) {
          running.remove(attempt);
        } else {
          noteLate();
        }
        if (!isEnough()) {
          startMissing();
        }
      }
    } finally {
      endAll();
    }
    BitSet missing = (BitSet) wanted.clone();
    missing.andNot(decoder.accepted());
    if (!missing.isEmpty()) {
      decoder.restoreData();
    }
  }

  /** What is wanted comes first where that is little; else what is expected soonest. */
  private static double cost(TransferContext context, BitSet wanted, int k, HostAccess access) {
    double expected = context.hosts().speeds().expectedNanos(access.host());
    boolean few = wanted.cardinality() < k;
    return wanted.get(access.position()) ? (few ? 0 : expected) : expected * PARITY_COST;
  }

  private boolean isEnough() {
    if (decoder.isComplete()) {
      return true;
    }
    BitSet missing = (BitSet) wanted.clone();
    missing.andNot(decoder.accepted());
    return missing.isEmpty();
  }

  /** Starts as many requests as are needed on top of those that are under way and not late. */
  private void startMissing() {
    BitSet coming = decoder.accepted();
    running.stream()
        .filter(attempt -> !attempt.late)
        .forEach(attempt -> coming.set(attempt.access.position()));
    while (!candidates.isEmpty() && !suffices(coming)) {
      Attempt attempt = new Attempt(candidates.remove());
      coming.set(attempt.access.position());
      running.add(attempt);
      attempt.thread.start();
    }
  }

  private boolean suffices(BitSet positions) {
    BitSet missing = (BitSet) wanted.clone();
    missing.andNot(positions);
    return missing.isEmpty() || positions.cardinality() >= segment.index().k();
  }

  private long untilLate() {
    long now = System.nanoTime();
    long limit = lateNanos();
    return running.stream()
        .mapToLong(attempt -> attempt.startNanos + attempt.patience(limit) - now)
        .min()
        .orElse(0);
  }

  private void noteLate() {
    long now = System.nanoTime();
    long limit = lateNanos();
    for (Attempt attempt : running) {
      if (now - attempt.startNanos >= context.limits().blockTimeout().toNanos()) {
        attempt.giveUp();
      } else if (now - attempt.startNanos >= limit && !attempt.late) {
        attempt.late = true;
        context.hosts().speeds().moved(attempt.access.host(), now - attempt.startNanos);
      }
    }
  }

  private long lateNanos() {
    double[] expected =
        segment.hosts().stream()
            .mapToDouble(access -> context.hosts().speeds().expectedNanos(access.host()))
            .sorted()
            .toArray();
    double median = expected[Math.min(expected.length, segment.index().k()) / 2];
    return Math.clamp(
        (long) (LATE_FACTOR * median),
        context.limits().graceFloor().toNanos() / 4,
        context.limits().blockTimeout().toNanos());
  }

  private void endAll() {
    boolean interrupted = false;
    running.forEach(Attempt::giveUp);
    for (Attempt attempt : running) {
      while (attempt.thread.isAlive()) {
        try {
          attempt.thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private ZansocException unavailable() {
    List<String> reasons;
    synchronized (failures) {
      reasons = List.copyOf(failures);
    }
    return new ZansocException(
        ErrorCode.DATA_UNAVAILABLE,
        "stripe %d of segment %s needs %d blocks and %d were found%s%s"
            .formatted(
                stripe,
                segment.index().id().shortText(),
                segment.index().k(),
                decoder.accepted().cardinality(),
                reasons.isEmpty() ? "" : "; failed: " + String.join("; ", reasons),
                segment.lost().isEmpty() ? "" : "; lost: " + String.join(", ", segment.lost())));
  }

  /** One request for the block at one position. */
  private final class Attempt {
    private final HostAccess access;
    private final long startNanos = System.nanoTime();
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private boolean late;

    Attempt(HostAccess access) {
      this.access = access;
    }

    long patience(long lateNanos) {
      return late ? context.limits().blockTimeout().toNanos() : lateNanos;
    }

    void giveUp() {
      thread.interrupt();
    }

    private void run() {
      try {
        int position = access.position();
        int bytes =
            access.get(segment.index().digest(stripe, position), decoder.buffer().block(position));
        if (bytes != decoder.buffer().blockBytes() || !decoder.accept(position)) {
          throw new ZansocException(ErrorCode.DAMAGED, "it sent other bytes than were stored");
        }
        context.hosts().speeds().moved(access.host(), System.nanoTime() - startNanos);
      } catch (RuntimeException e) {
        failed(e);
      } finally {
        ended.add(this);
      }
    }

    private void failed(RuntimeException failure) {
      if (Thread.currentThread().isInterrupted()) {
        synchronized (failures) {
          failures.add(access.hostName() + ": too slow");
        }
        return;
      }
      synchronized (failures) {
        failures.add(access.hostName() + ": " + failure.getMessage());
      }
      if (context.hosts().speeds().failed(access.host())) {
        LOG.warn("host {} {}: reading from others", access.hostName(), inShort(failure));
        LOG.debug("host {}", access.hostName(), failure);
      }
    }

    private static String inShort(RuntimeException failure) {
      if (!(failure instanceof ZansocException known)) {
        return "failed (" + failure + ")";
      }
      return switch (known.code()) {
        case UNREACHABLE -> "cannot be reached";
        case TIMED_OUT -> "does not answer in time";
        case DAMAGED -> "has a damaged block";
        default -> "failed (" + failure.getMessage() + ")";
      };
    }
  }
}
