package cloud.zansoc.base;

/**
 * Who a hub, a host or a client is: the SHA-256 of its raw 32-byte Ed25519 public key.
 *
 * <p>The text form is 52 characters of base 32.
 */
public record PeerId(Digest digest) implements Comparable<PeerId> {
  /** Length in bytes. */
  public static final int BYTES = Digest.BYTES;

  /** The id of the peer whose raw Ed25519 public key is {@code publicKey}. */
  public static PeerId ofPublicKey(byte[] publicKey) {
    if (publicKey.length != 32) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, not " + publicKey.length);
    }
    return new PeerId(Digest.sha256(publicKey));
  }

  /**
   * Parses the text form.
   *
   * @throws IllegalArgumentException if {@code text} is no id
   */
  public static PeerId parse(String text) {
    return new PeerId(Digest.parse(text));
  }

  /** The first ten characters, for people. */
  public String shortText() {
    return toString().substring(0, 10);
  }

  @Override
  public int compareTo(PeerId other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}
