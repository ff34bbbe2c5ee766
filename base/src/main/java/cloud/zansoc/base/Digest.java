package cloud.zansoc.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Optional;

/**
 * A SHA-256 digest: the address of a block, a segment index or a manifest.
 *
 * <p>Held as four longs, so that millions of them cost no arrays. The text form is base 32 of the
 * 32 bytes; a CID wraps the same bytes (see {@code codec}).
 */
public record Digest(long a, long b, long c, long d) implements Comparable<Digest> {
  /** Length in bytes. */
  public static final int BYTES = 32;

  private static volatile Optional<Provider> chosen = Optional.empty();

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Reads the 32 bytes at {@code offset}. */
  public static Digest read(byte[] bytes, int offset) {
    return new Digest(
        (long) LONG.get(bytes, offset),
        (long) LONG.get(bytes, offset + 8),
        (long) LONG.get(bytes, offset + 16),
        (long) LONG.get(bytes, offset + 24));
  }

  /** Wraps exactly 32 bytes. */
  public static Digest of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a SHA-256 digest has 32 bytes, not " + bytes.length);
    }
    return read(bytes, 0);
  }

  /** Reads 32 bytes from the position of {@code buffer} (big-endian) and moves it. */
  public static Digest read(ByteBuffer buffer) {
    byte[] bytes = new byte[BYTES];
    buffer.get(bytes);
    return of(bytes);
  }

  /** Parses the text form. */
  public static Digest parse(String text) {
    return of(Base32.decode(text));
  }

  /** The SHA-256 of the remaining bytes of {@code data}, whose position is left as it was. */
  public static Digest sha256(ByteBuffer data) {
    MessageDigest sha256 = newSha256();
    sha256.update(data.duplicate());
    return of(sha256.digest());
  }

  /** The SHA-256 of {@code data}. */
  public static Digest sha256(byte[] data) {
    return of(newSha256().digest(data));
  }

  /** From now on SHA-256 comes from {@code provider} in this process, which must have it. */
  public static void hashWith(Provider provider) {
    chosen = Optional.of(provider);
  }

  /** A fresh SHA-256: the JDK's, which every JDK has, or the one that was chosen. */
  public static MessageDigest newSha256() {
    try {
      Optional<Provider> provider = chosen;
      return provider.isPresent()
          ? MessageDigest.getInstance("SHA-256", provider.get())
          : MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** Writes the 32 bytes at {@code offset}. */
  public void write(byte[] bytes, int offset) {
    LONG.set(bytes, offset, a);
    LONG.set(bytes, offset + 8, b);
    LONG.set(bytes, offset + 16, c);
    LONG.set(bytes, offset + 24, d);
  }

  /** Writes the 32 bytes at the position of {@code buffer} and moves it. */
  public void write(ByteBuffer buffer) {
    buffer.put(toBytes());
  }

  /** The 32 bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    write(bytes, 0);
    return bytes;
  }

  /** The first twelve characters of the text form, for people. */
  public String shortText() {
    return toString().substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    int order = Long.compareUnsigned(a, other.a);
    if (order == 0) {
      order = Long.compareUnsigned(b, other.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c, other.c);
    }
    return order == 0 ? Long.compareUnsigned(d, other.d) : order;
  }

  @Override
  public String toString() {
    return Base32.encode(toBytes());
  }
}
