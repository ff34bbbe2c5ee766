package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.format.Manifest.Extent;
import cloud.zansoc.codec.format.SegmentIndex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What one stripe contributes to a range of an object.
 *
 * @param stripe its number in the segment
 * @param from where the bytes begin in the stripe's ciphertext
 * @param length how many bytes
 * @param objectOffset of the first of them in the object
 */
record StripePiece(int stripe, int from, int length, long objectOffset) {
  /** A run of an object's range that lies in one segment. */
  record Run(Digest segment, long from, long length, long objectOffset) {}

  /** The runs of {@code range}, which lies within the object, in order. */
  static List<Run> runs(List<Extent> extents, ByteRange range) {
    List<Run> runs = new ArrayList<>();
    long start = 0;
    for (Extent extent : extents) {
      long from = Math.max(start, range.offset());
      long to = Math.min(start + extent.length(), range.end());
      if (from < to) {
        runs.add(new Run(extent.segment(), extent.offset() + (from - start), to - from, from));
      }
      start += extent.length();
    }
    return runs;
  }

  /** The pieces of a run, in order. */
  static List<StripePiece> pieces(SegmentIndex index, Run run) {
    List<StripePiece> pieces = new ArrayList<>();
    long at = run.from;
    long end = run.from + run.length;
    while (at < end) {
      int stripe = (int) (at / index.stripeBytes());
      int from = (int) (at - stripe * index.stripeBytes());
      int length = (int) Math.min(index.stripeLength(stripe) - from, end - at);
      pieces.add(new StripePiece(stripe, from, length, run.objectOffset + (at - run.from)));
      at += length;
    }
    return pieces;
  }

  /** The data positions that the bytes lie in. */
  BitSet positions(SegmentIndex index) {
    int blockBytes = index.blockBytes(stripe);
    BitSet positions = new BitSet(Limits.MAX_STRIPE_BLOCKS);
    positions.set(from / blockBytes, (from + length - 1) / blockBytes + 1);
    return positions;
  }
}
