package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.Digest;
import java.util.List;

/**
 * Makes the n blocks of a stripe, and their addresses, out of its ciphertext. Thread-safe; one
 * encoder serves any number of buffers.
 */
public final class StripeEncoder {
  private final ReedSolomon code;

  /** An encoder of stripes in {@code code}. */
  public StripeEncoder(ReedSolomon code) {
    this.code = code;
  }

  /**
   * Cuts the buffer's ciphertext (at least one byte) into k data blocks, adds the n-k parity blocks
   * in the same buffer, and hashes all n.
   *
   * <p>Of a full stripe, the first k digests are those of 256 KiB of ciphertext each: where an
   * object fills whole stripes they are the leaves of its UnixFS DAG, and {@link LeafDigests} takes
   * them as they are.
   *
   * @return n digests, by position; immutable
   */
  public List<Digest> encode(StripeBuffer buffer) {
    if (buffer.k() != code.k() || buffer.n() != code.n() || buffer.length() == 0) {
      throw new IllegalArgumentException(
          "a buffer of %d of %d with %d bytes for a code of %d of %d"
              .formatted(buffer.k(), buffer.n(), buffer.length(), code.k(), code.n()));
    }
    buffer.pad();
    code.encode(buffer.array(), buffer.blockBytes());
    return BlockDigests.ofAll(buffer.array(), buffer.blockBytes(), code.n());
  }
}
