package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.SegmentIndex;
import java.util.BitSet;

/**
 * Collects the blocks of one stripe in a {@link StripeBuffer}, and restores from any k of them the
 * ciphertext or any missing block. Never gives out a byte that was not verified.
 *
 * <p>Fetch blocks into {@code buffer().block(position)}, each by one thread, and {@link #accept}
 * them; once {@link #isComplete}, call {@link #restoreData} and read {@code buffer().array()} from
 * 0 to {@code buffer().length()}, or call {@link #restore} to repair. The ciphertext is of
 * whichever objects lie in the segment, and is decrypted by the caller.
 *
 * <p>{@code accept}, {@code isComplete} and {@code accepted} may be called by several threads at
 * once, for different positions. A fetch that was given up must have ended, so that nothing is
 * written any more, before its position is fetched from elsewhere, before anything is restored, and
 * before the buffer serves another stripe.
 */
public final class StripeDecoder {
  private final ReedSolomon code;
  private final SegmentIndex index;
  private final int stripe;
  private final StripeBuffer buffer;
  private final Object lock = new Object();

  /** Positions whose blocks lie in the buffer, verified. Guarded by {@link #lock}. */
  private final BitSet accepted = new BitSet();

  /** A decoder of stripe {@code stripe} of a segment; takes {@code buffer} over and clears it. */
  public StripeDecoder(ReedSolomon code, SegmentIndex index, int stripe, StripeBuffer buffer) {
    if (code.k() != index.k()
        || code.n() != index.n()
        || buffer.k() != index.k()
        || buffer.n() != index.n()) {
      throw new IllegalArgumentException(
          "a code of %d of %d and a buffer for %d of %d cannot decode %s"
              .formatted(code.k(), code.n(), buffer.k(), buffer.n(), index));
    }
    if (stripe < 0 || stripe >= index.stripes()) {
      throw new IndexOutOfBoundsException("stripe " + stripe + " of " + index.stripes());
    }
    this.code = code;
    this.index = index;
    this.stripe = stripe;
    this.buffer = buffer;
    buffer.expect(index.stripeLength(stripe));
  }

  /** Where blocks are received and where the result lies. */
  public StripeBuffer buffer() {
    return buffer;
  }

  /**
   * Verifies the block that was received at {@code position}.
   *
   * @return false if its bytes are not those that were stored; the position may be fetched again
   */
  public boolean accept(int position) {
    boolean genuine =
        BlockDigests.of(buffer.array(), buffer.offset(position), buffer.blockBytes())
            .equals(index.digest(stripe, position));
    synchronized (lock) {
      accepted.set(position, genuine);
    }
    return genuine;
  }

  /** The positions accepted so far. */
  public BitSet accepted() {
    synchronized (lock) {
      return (BitSet) accepted.clone();
    }
  }

  /** Whether enough blocks, k, were accepted. */
  public boolean isComplete() {
    synchronized (lock) {
      return accepted.cardinality() >= code.k();
    }
  }

  /**
   * Restores the data blocks that were not accepted, so that the buffer begins with the stripe's
   * ciphertext. What is computed needs no check of its own: it follows from verified blocks.
   *
   * @throws ZansocException DATA_UNAVAILABLE if fewer than k blocks were accepted
   */
  public void restoreData() {
    BitSet data = new BitSet();
    data.set(0, code.k());
    reconstruct(data);
  }

  /**
   * Restores the blocks at {@code wanted}, data or parity, in the buffer, and verifies them, since
   * they will be stored. Needs no key: repair works on ciphertext.
   *
   * @throws ZansocException DATA_UNAVAILABLE if fewer than k blocks were accepted, DAMAGED if a
   *     restored block does not have its address: whoever made the segment encoded it wrongly
   */
  public void restore(BitSet wanted) {
    reconstruct(wanted);
    for (int position : wanted.stream().toArray()) {
      if (!accept(position)) {
        throw new ZansocException(
            ErrorCode.DAMAGED,
            "restoring block %d of stripe %d of %s gave other bytes than its index says: the segment was encoded wrongly"
                .formatted(position, stripe, index));
      }
    }
  }

  private void reconstruct(BitSet wanted) {
    BitSet present = accepted();
    if (present.cardinality() < code.k()) {
      throw new ZansocException(
          ErrorCode.DATA_UNAVAILABLE,
          "stripe %d of %s needs %d blocks and has %d"
              .formatted(stripe, index, code.k(), present.cardinality()));
    }
    code.reconstruct(buffer.array(), buffer.blockBytes(), present, wanted);
  }
}
