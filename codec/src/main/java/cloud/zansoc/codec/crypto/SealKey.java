package cloud.zansoc.codec.crypto;

import java.nio.charset.StandardCharsets;

/** Opens one sealed manifest or snapshot; a share link carries it. */
public record SealKey(Key256 key) {
  /** Length of {@link #check}, in bytes. */
  public static final int CHECK_BYTES = 16;

  private static final byte[] CHECK = "zansoc/v1/key-check".getBytes(StandardCharsets.US_ASCII);

  /**
   * What a sealed thing's header holds to tell a wrong key from damaged bytes, and to bind it to
   * this key alone (AES-GCM by itself does not). It says nothing about the key.
   */
  public byte[] check() {
    return key.derive(new byte[0], CHECK, CHECK_BYTES);
  }
}
