package cloud.zansoc.compute.image;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.SealKey;

/**
 * What opens one object of an image: a share of it and its manifest's key.
 *
 * @param share the share's id
 * @param key in base 32; whoever has it and the share can read the object
 */
public record ImageAccess(String share, String key) {
  private static final int SHARE_BYTES = 16;

  public ImageAccess {
    if (decode(share).length != SHARE_BYTES || decode(key).length != Key256.BYTES) {
      throw cut();
    }
  }

  /** What a share and its key open. */
  public static ImageAccess of(String share, SealKey key) {
    return new ImageAccess(share, Base32.encode(key.key().toBytes()));
  }

  /** The key. */
  public SealKey sealKey() {
    return new SealKey(Key256.of(Base32.decode(key)));
  }

  private static byte[] decode(String text) {
    try {
      return Base32.decode(text);
    } catch (IllegalArgumentException e) {
      throw cut(); // The cause would show the key.
    }
  }

  private static ZansocException cut() {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "the key of an image is cut short or changed");
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "share " + share;
  }
}
