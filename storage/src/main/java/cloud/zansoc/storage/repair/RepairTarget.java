package cloud.zansoc.storage.repair;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.storage.repair.RepairOrder.Place;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One host that gets a missing position. After its first failure it is left alone. Used by one
 * thread at a time.
 */
final class RepairTarget {
  private final Place place;
  private final SegmentIndex index;
  private BitSet durable = new BitSet();
  private @Nullable BlockAccess access;
  private Receipt.@Nullable Signed receipt;
  private RepairResult.@Nullable Failure failure;

  RepairTarget(Place place, SegmentIndex index) {
    this.place = place;
    this.index = index;
  }

  /** Does {@code work} with each target at the same time; a failure is kept by its target. */
  static void each(List<RepairTarget> targets, Consumer<RepairTarget> work) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (RepairTarget target : targets) {
        threads.execute(() -> target.attempt(work));
      }
    }
  }

  private void attempt(Consumer<RepairTarget> work) {
    if (failure != null) {
      return;
    }
    try {
      work.accept(this);
    } catch (ZansocException e) {
      failure =
          new RepairResult.Failure(place.position(), e.code(), String.valueOf(e.getMessage()));
    }
  }

  /** Connects and asks which blocks are there. */
  void open(BlockDialer dialer, BlockDialer.Relay relay) {
    BlockAccess opened = dialer.connect(place.host(), place.direct(), relay).open(place.permit());
    List<Digest> column = new ArrayList<>();
    for (int stripe = 0; stripe < index.stripes(); stripe++) {
      column.add(index.digest(stripe, place.position()));
    }
    durable = opened.has(column);
    access = opened;
  }

  int position() {
    return place.position();
  }

  boolean lacks(int stripe) {
    return failure == null && !durable.get(stripe);
  }

  void put(Digest digest, ByteBuffer block) {
    opened().put(digest, block);
  }

  void fetchReceipt() {
    receipt = opened().receipt();
  }

  private BlockAccess opened() {
    BlockAccess opened = access;
    if (opened == null) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "host %s was not reached".formatted(place.host().shortText()));
    }
    return opened;
  }

  Optional<Receipt.Signed> receipt() {
    return Optional.ofNullable(receipt);
  }

  Optional<RepairResult.Failure> failure() {
    return Optional.ofNullable(failure);
  }
}
