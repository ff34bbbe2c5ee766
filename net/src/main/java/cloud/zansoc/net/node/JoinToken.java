package cloud.zansoc.net.node;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import java.util.Arrays;

/**
 * An invitation to a hub: {@code HUBID.SECRET}. It pins the hub, and who holds it may join. Its
 * text form is a secret; {@link #toString} shows only the hub.
 *
 * @param hub who must answer
 * @param secret 16 random bytes
 */
public record JoinToken(PeerId hub, byte[] secret) {
  /** Length of the secret in bytes. */
  public static final int SECRET_BYTES = 16;

  public JoinToken {
    secret = secret.clone();
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("a token's secret has 16 bytes, not " + secret.length);
    }
  }

  @Override
  public byte[] secret() {
    return secret.clone();
  }

  /**
   * Parses {@link #text}.
   *
   * @throws ZansocException TOKEN_INVALID that does not repeat the text
   */
  public static JoinToken parse(String text) {
    String[] parts = text.strip().split("\\.", -1);
    try {
      if (parts.length == 2) {
        return new JoinToken(PeerId.parse(parts[0]), Base32.decode(parts[1]));
      }
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    throw invalid();
  }

  /** The text to hand to who is invited. */
  public String text() {
    return hub + "." + Base32.encode(secret);
  }

  private static ZansocException invalid() {
    return new ZansocException(
        ErrorCode.TOKEN_INVALID,
        "this is no join token: copy the whole text, 52 characters, a dot and 26 characters");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JoinToken token
        && hub.equals(token.hub)
        && Arrays.equals(secret, token.secret);
  }

  @Override
  public int hashCode() {
    return 31 * hub.hashCode() + Arrays.hashCode(secret);
  }

  @Override
  public String toString() {
    return "JoinToken[hub=" + hub + "]";
  }
}
