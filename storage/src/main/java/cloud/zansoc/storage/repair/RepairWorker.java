package cloud.zansoc.storage.repair;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.ReedSolomon;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.storage.repair.RepairOrder.Place;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out repair orders, on a host or in the hub: reads any k blocks of each stripe, restores
 * the missing ones and stores them at the targets. Works on ciphertext; every block read is checked
 * against the index, so that what is stored is right whoever served the sources.
 *
 * <p>One stripe is in memory at a time: n blocks of at most 256 KiB, and the k being read. One
 * order at a time; a second is refused with RATE_LIMITED. An order may be repeated: what the
 * targets already hold is not sent again. Thread-safe.
 */
public final class RepairWorker {
  private static final Logger LOG = LoggerFactory.getLogger(RepairWorker.class);

  private final BlockDialer dialer;
  private final Semaphore busy = new Semaphore(1);

  /**
   * @param dialer dials as the peer that the orders' permits are made out to
   */
  public RepairWorker(BlockDialer dialer) {
    this.dialer = dialer;
  }

  /** Carries out the body of a REPAIR order and encodes the {@link RepairResult}. */
  public byte[] handle(byte[] order) {
    return repair(RepairOrder.decode(order)).encode();
  }

  /**
   * Restores what it can; blocks until done.
   *
   * @throws ZansocException DATA_UNAVAILABLE where fewer than k blocks of a stripe can be read,
   *     RATE_LIMITED while another order is carried out
   */
  public RepairResult repair(RepairOrder order) {
    if (!busy.tryAcquire()) {
      throw new ZansocException(
          ErrorCode.RATE_LIMITED, "another repair is being carried out here; send it elsewhere");
    }
    try {
      return run(order);
    } finally {
      busy.release();
    }
  }

  private RepairResult run(RepairOrder order) {
    List<RepairTarget> targets = new ArrayList<>();
    for (Place place : order.targets()) {
      targets.add(new RepairTarget(place, order.index()));
    }
    RepairTarget.each(targets, target -> target.open(dialer, order.relay()));
    SegmentIndex index = order.index();
    try (RepairSources sources = new RepairSources(dialer, order)) {
      ReedSolomon code = new ReedSolomon(index.k(), index.n());
      for (int stripe = 0; stripe < index.stripes(); stripe++) {
        restore(order, code, sources, targets, stripe);
      }
    }
    return result(order, targets);
  }

  private static void restore(
      RepairOrder order,
      ReedSolomon code,
      RepairSources sources,
      List<RepairTarget> targets,
      int stripe) {
    List<RepairTarget> lacking = targets.stream().filter(target -> target.lacks(stripe)).toList();
    if (lacking.isEmpty()) {
      return;
    }
    SegmentIndex index = order.index();
    int blockBytes = index.blockBytes(stripe);
    byte[] blocks = new byte[index.n() * blockBytes];
    BitSet present = sources.read(stripe, blocks);
    BitSet wanted = new BitSet();
    lacking.forEach(target -> wanted.set(target.position()));
    code.reconstruct(blocks, blockBytes, present, wanted);
    RepairTarget.each(
        lacking,
        target -> {
          ByteBuffer block =
              ByteBuffer.wrap(blocks, target.position() * blockBytes, blockBytes).slice();
          Digest digest = index.digest(stripe, target.position());
          if (!Digest.sha256(block).equals(digest)) {
            throw new ZansocException(
                ErrorCode.DAMAGED,
                "stripe %d of %s restores position %d to other bytes than its index names"
                    .formatted(stripe, index, target.position()));
          }
          target.put(digest, block);
        });
  }

  private static RepairResult result(RepairOrder order, List<RepairTarget> targets) {
    RepairTarget.each(targets, RepairTarget::fetchReceipt);
    List<Receipt.Signed> receipts = new ArrayList<>();
    List<RepairResult.Failure> failures = new ArrayList<>();
    for (RepairTarget target : targets) {
      target.receipt().ifPresent(receipts::add);
      target.failure().ifPresent(failures::add);
    }
    LOG.info(
        "repaired {}: {} of {} positions restored", order.index(), receipts.size(), targets.size());
    return new RepairResult(receipts, failures);
  }
}
