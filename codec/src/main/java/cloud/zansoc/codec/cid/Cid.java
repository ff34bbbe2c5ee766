package cloud.zansoc.codec.cid;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * A content address: CID version 1 with SHA-256. Its text is multibase base 32 ("bafk…" for raw
 * bytes, "bafy…" for dag-pb). CIDs of version 0 ("Qm…") are read and become what they stand for.
 *
 * @param codec what the addressed bytes are
 * @param digest the SHA-256 of the bytes
 */
public record Cid(Codec codec, Digest digest) {
  /** Length of the binary form, in bytes. */
  public static final int BYTES = 4 + Digest.BYTES;

  private static final int VERSION = 1;
  private static final int SHA_256 = 0x12;

  /** The multicodecs used here. */
  public enum Codec {
    /** The bytes themselves: a leaf. */
    RAW(0x55),
    /** A dag-pb node with links. */
    DAG_PB(0x70);

    private final int code;

    Codec(int code) {
      this.code = code;
    }

    private static Codec ofCode(long code) {
      for (Codec codec : values()) {
        if (codec.code == code) {
          return codec;
        }
      }
      throw invalid("its codec is 0x%x, and raw (0x55) or dag-pb (0x70) is needed".formatted(code));
    }
  }

  /** The address of a raw block whose SHA-256 is {@code digest}. */
  public static Cid raw(Digest digest) {
    return new Cid(Codec.RAW, digest);
  }

  /** The address of a dag-pb node whose SHA-256 is {@code digest}. */
  public static Cid dagPb(Digest digest) {
    return new Cid(Codec.DAG_PB, digest);
  }

  /**
   * Parses a CID in base 32 or base 58 with its multibase letter, or of version 0.
   *
   * @throws ZansocException INVALID_ARGUMENT that says what is wrong with it
   */
  public static Cid parse(String text) {
    if (text.startsWith("Qm") && text.length() == 46) {
      return decode(Base58.decode(text));
    }
    if (text.isEmpty()) {
      throw invalid("it is empty");
    }
    String rest = text.substring(1);
    byte[] bytes =
        switch (text.charAt(0)) {
          case 'b' -> base32(rest);
          case 'B' -> base32(rest.toLowerCase(Locale.ROOT));
          case 'z' -> Base58.decode(rest);
          default -> throw invalid("it begins with neither b (base 32), z (base 58) nor Qm");
        };
    if (bytes.length > 0 && bytes[0] == SHA_256) {
      throw invalid("a CID of version 0 has no multibase letter");
    }
    return decode(bytes);
  }

  /**
   * Reads the binary form, of version 1 or 0, which must be all of {@code bytes}.
   *
   * @throws ZansocException INVALID_ARGUMENT that says what is wrong with it
   */
  public static Cid decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Cid cid = read(buffer);
    if (buffer.hasRemaining()) {
      throw invalid(buffer.remaining() + " bytes follow it");
    }
    return cid;
  }

  /**
   * Reads the binary form at the position of {@code buffer} and moves it past it.
   *
   * @throws ZansocException INVALID_ARGUMENT that says what is wrong with it
   */
  public static Cid read(ByteBuffer buffer) {
    long version = Varint.read(buffer);
    if (version == SHA_256) {
      return dagPb(readDigest(buffer));
    }
    if (version != VERSION) {
      throw invalid("its version is " + version);
    }
    Codec codec = Codec.ofCode(Varint.read(buffer));
    long hash = Varint.read(buffer);
    if (hash != SHA_256) {
      throw invalid("its hash is 0x%x, and SHA-256 (0x12) is needed".formatted(hash));
    }
    return new Cid(codec, readDigest(buffer));
  }

  /** The {@value #BYTES} bytes of the binary form. */
  public byte[] toBytes() {
    ByteBuffer buffer =
        ByteBuffer.allocate(BYTES)
            .put((byte) VERSION)
            .put((byte) codec.code)
            .put((byte) SHA_256)
            .put((byte) Digest.BYTES);
    digest.write(buffer);
    return buffer.array();
  }

  @Override
  public String toString() {
    return "b" + Base32.encode(toBytes());
  }

  private static Digest readDigest(ByteBuffer buffer) {
    long length = Varint.read(buffer);
    if (length != Digest.BYTES) {
      throw invalid("its digest is said to have " + length + " bytes and needs 32");
    }
    if (buffer.remaining() < Digest.BYTES) {
      throw invalid("it is cut short");
    }
    return Digest.read(buffer);
  }

  private static byte[] base32(String text) {
    try {
      return Base32.decode(text);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "this is no CID: " + e.getMessage(), e);
    }
  }

  private static ZansocException invalid(String why) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, "this is no CID used here: " + why);
  }
}
