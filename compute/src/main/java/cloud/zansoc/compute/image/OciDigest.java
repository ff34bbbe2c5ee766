package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.HexFormat;

/** Digests as the Open Container Initiative writes them: {@code sha256:} and 64 hexadecimals. */
public final class OciDigest {
  private static final String PREFIX = "sha256:";

  private OciDigest() {}

  /** The text of a digest. */
  public static String text(Digest digest) {
    return PREFIX + hex(digest);
  }

  /** Its 64 lower-case hexadecimals. */
  public static String hex(Digest digest) {
    return HexFormat.of().formatHex(digest.toBytes());
  }

  /**
   * Reads a digest.
   *
   * @throws ZansocException INVALID_ARGUMENT, also for another algorithm
   */
  public static Digest parse(String text) {
    if (!text.matches(PREFIX + "[0-9a-f]{64}")) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "'%s' is no digest: one is sha256: and 64 lower-case hexadecimals".formatted(text));
    }
    return Digest.of(HexFormat.of().parseHex(text, PREFIX.length(), text.length()));
  }
}
