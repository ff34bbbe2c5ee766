package cloud.zansoc.codec.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 in counter mode (NIST SP 800-38A) over one object's bytes, from any offset on. Encrypting
 * and decrypting are the same.
 *
 * <p>The counter block is the number of the 16-byte block, from 0 at the object's byte 0, as a
 * big-endian number of 16 bytes; there is no nonce. Counter mode is broken by a key stream that is
 * used twice. Every object version has a fresh random key of its own, so that no two of them share
 * a key stream, whatever the counter starts from; a nonce would have to be stored and would add
 * nothing. Never use a key for a second object.
 *
 * <p>Integrity is not the cipher's: blocks are verified by their digests before they come here.
 *
 * <p>Not thread-safe. Calls that go on where the one before ended are the fastest.
 */
public final class AesCtr {
  /** Length of a key in bytes. */
  public static final int KEY_BYTES = 32;

  private static final int BLOCK_BYTES = 16;

  /**
   * How much the JDK's cipher is given at once. It is 30 times faster once the JIT has compiled it,
   * which takes some 5,000 calls: with 1 KiB that is after 5 MiB, with 1 MiB after 5 GiB. Larger
   * pieces are only a little faster after that.
   */
  private static final int UPDATE_BYTES = 1024;

  private final SecretKeySpec key;
  private final byte[] firstCounter;
  private final Cipher cipher;

  /** The offset at which {@link #cipher} goes on; -1 before the first call and after a failure. */
  private long next = -1;

  /** The cipher of the object whose key is {@code key}, of 32 bytes, which is copied. */
  public AesCtr(byte[] key) {
    this(key, new byte[BLOCK_BYTES]);
  }

  /** With another counter block for byte 0, as published test vectors have it. */
  AesCtr(byte[] key, byte[] firstCounter) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("an AES-256 key has 32 bytes, not " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
    this.firstCounter = firstCounter.clone();
    try {
      this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no AES in counter mode", e);
    }
  }

  /**
   * Encrypts or decrypts {@code length} bytes of {@code array} in place.
   *
   * @param offset of the first of them in the object, from 0
   */
  public void process(long offset, byte[] array, int at, int length) {
    process(offset, array, at, length, array, at);
  }

  /**
   * Encrypts or decrypts {@code length} bytes of {@code input} into {@code output}. The two may be
   * one array, if the ranges are the same or do not overlap.
   *
   * @param offset of the first of them in the object, from 0
   */
  public void process(
      long offset, byte[] input, int inputAt, int length, byte[] output, int outputAt) {
    if (offset < 0) {
      throw new IllegalArgumentException("an offset cannot be negative: " + offset);
    }
    try {
      if (offset != next) {
        seek(offset);
      }
      next = -1;
      for (int done = 0; done < length; ) {
        int count = Math.min(UPDATE_BYTES, length - done);
        done += cipher.update(input, inputAt + done, count, output, outputAt + done);
      }
      next = offset + length;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES in counter mode failed", e);
    }
  }

  private void seek(long offset) throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter(offset / BLOCK_BYTES)));
    byte[] skipped = new byte[(int) (offset % BLOCK_BYTES)];
    cipher.update(skipped, 0, skipped.length, skipped, 0);
  }

  /** The counter block of block {@code number}: the first one plus the number, modulo 2^128. */
  private byte[] counter(long number) {
    ByteBuffer counter = ByteBuffer.wrap(firstCounter.clone());
    long low = counter.getLong(8) + number;
    if (Long.compareUnsigned(low, number) < 0) {
      counter.putLong(0, counter.getLong(0) + 1);
    }
    return counter.putLong(8, low).array();
  }
}
