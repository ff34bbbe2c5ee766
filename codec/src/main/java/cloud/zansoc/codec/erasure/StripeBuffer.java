package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.Limits;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The memory of one stripe: {@code n * 256 KiB} in one array, made once and used for one stripe
 * after another.
 *
 * <p>The stripe's ciphertext lies at the beginning, without gaps; block p lies at {@code p *
 * blockBytes()}, so that cutting ciphertext into data blocks moves no byte. A full stripe has
 * blocks of 256 KiB. The last stripe of a segment may be shorter: its blocks have {@code
 * ceil(length / k)} bytes, and the rest of the last of them is zero.
 *
 * <p>To encode: {@link #clear}, then write ciphertext at {@link #array} from {@link #length} on and
 * {@link #advance}, as often as needed (several objects may share a stripe), then {@link
 * StripeEncoder#encode}. To decode, see {@link StripeDecoder}. One thread at a time, but different
 * blocks may be written by different threads.
 */
public final class StripeBuffer {
  private final int k;
  private final int n;
  private final byte[] array;
  private int length;

  /** Memory for stripes of {@code k} data blocks of {@code n} in all. */
  public StripeBuffer(int k, int n) {
    if (k < 1 || n < k || n > Limits.MAX_STRIPE_BLOCKS) {
      throw new IllegalArgumentException("a stripe needs 1 <= k <= n <= 255: " + k + " of " + n);
    }
    this.k = k;
    this.n = n;
    this.array = new byte[n * Limits.BLOCK_BYTES];
  }

  /** Data blocks of the stripe. */
  public int k() {
    return k;
  }

  /** All blocks of the stripe. */
  public int n() {
    return n;
  }

  /** The memory itself: ciphertext first, then parity. */
  public byte[] array() {
    return array;
  }

  /** How much ciphertext a full stripe holds, in bytes. */
  public int capacity() {
    return k * Limits.BLOCK_BYTES;
  }

  /** How much ciphertext the stripe holds, in bytes. */
  public int length() {
    return length;
  }

  /** How much ciphertext can still be added, in bytes. */
  public int remaining() {
    return capacity() - length;
  }

  /** Begins a new stripe without ciphertext. */
  public void clear() {
    length = 0;
  }

  /** Says that {@code bytes} of ciphertext were written at {@link #array} from {@link #length}. */
  public void advance(int bytes) {
    if (bytes < 0 || bytes > remaining()) {
      throw new IllegalArgumentException(bytes + " bytes where " + remaining() + " fit");
    }
    length += bytes;
  }

  /** The size of each block of this stripe, in bytes. */
  public int blockBytes() {
    return (length + k - 1) / k;
  }

  /** Where the block at {@code position} begins in {@link #array}. */
  public int offset(int position) {
    if (position < 0 || position >= n) {
      throw new IndexOutOfBoundsException("position " + position + " of " + n);
    }
    return position * blockBytes();
  }

  /** The block at {@code position}: a view of this memory, to be sent from or received into. */
  public ByteBuffer block(int position) {
    return ByteBuffer.wrap(array, offset(position), blockBytes()).slice();
  }

  /**
   * Begins a stripe that will hold {@code bytes} of ciphertext, whose blocks are to be received.
   */
  void expect(int bytes) {
    clear();
    advance(bytes);
  }

  /** Fills the last data blocks up with zero bytes. */
  void pad() {
    Arrays.fill(array, length, k * blockBytes(), (byte) 0);
  }
}
