package cloud.zansoc.ledger;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.crypto.Ed25519;
import java.security.PrivateKey;

/**
 * A host's claim that an Ed25519 key speaks for its account. The chain records it unseen, so it is
 * worth something only where {@link #isOf} holds.
 *
 * @param publicKey the raw key as 0x and 64 digits
 * @param signature the key's signature over the registry's message for the account, as 0x and 128
 *     digits
 */
public record HostBinding(String publicKey, String signature) {
  /** Takes any case of letters. */
  public HostBinding {
    publicKey = Hex.normalized("an Ed25519 public key", publicKey, Ed25519.KEY_BYTES);
    signature = Hex.normalized("an Ed25519 signature", signature, Ed25519.SIGNATURE_BYTES);
  }

  /** Signs the registry's message with a host's own key. */
  public static HostBinding sign(PrivateKey key, byte[] publicKey, byte[] message) {
    return new HostBinding(Hex.text(publicKey), Hex.text(Ed25519.sign(key, message)));
  }

  /** The id that goes with the key. */
  public PeerId id() {
    return PeerId.ofPublicKey(Hex.bytes(publicKey));
  }

  /** Whether the key has signed this message of the registry. */
  public boolean isOf(byte[] message) {
    return Ed25519.verify(Ed25519.publicKey(Hex.bytes(publicKey)), message, Hex.bytes(signature));
  }
}
