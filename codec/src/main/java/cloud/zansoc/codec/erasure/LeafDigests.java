package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The digests of an object's 256 KiB leaves, counted from the first byte of its ciphertext: what
 * the root CID is made of. The last leaf may be shorter; an empty object has one empty leaf.
 *
 * <p>Feed the object's ciphertext in order: bytes by {@link #update}, or, where an object fills a
 * stripe of its own, the data blocks' digests by {@link #addFull}, so that nothing is hashed twice.
 * Not thread-safe.
 */
public final class LeafDigests {
  private final MessageDigest sha256 = Digest.newSha256();
  private final List<Digest> leaves = new ArrayList<>();
  private int pending;

  /** Takes the next {@code length} bytes of ciphertext. */
  public void update(byte[] array, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int count = Math.min(end - at, Limits.BLOCK_BYTES - pending);
      sha256.update(array, at, count);
      at += count;
      pending += count;
      if (pending == Limits.BLOCK_BYTES) {
        endLeaf();
      }
    }
  }

  /**
   * Takes {@code blocks} as the digests of the next leaves, 256 KiB each: the first k digests of a
   * full stripe.
   *
   * @throws IllegalStateException if the bytes so far do not end at a leaf's end
   */
  public void addFull(List<Digest> blocks) {
    if (pending != 0) {
      throw new IllegalStateException(pending + " bytes of a leaf are pending");
    }
    leaves.addAll(blocks);
  }

  /** Ends the object and gives its leaves in order; at least one. */
  public List<Digest> finish() {
    if (pending > 0 || leaves.isEmpty()) {
      endLeaf();
    }
    return List.copyOf(leaves);
  }

  private void endLeaf() {
    leaves.add(Digest.of(sha256.digest()));
    pending = 0;
  }
}
