package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.UsageReceipt;
import java.security.PrivateKey;
import java.util.Optional;
import java.util.function.Function;

/** The hub's side of receipts: its own key, and those of its hosts. Thread-safe. */
public final class UsageSeal {
  private final PeerId hub;
  private final byte[] publicKey;
  private final PrivateKey key;
  private final Function<PeerId, Optional<byte[]>> hosts;

  /**
   * @param publicKey the hub's, raw
   * @param hosts gives the raw public key of a host
   */
  public UsageSeal(byte[] publicKey, PrivateKey key, Function<PeerId, Optional<byte[]>> hosts) {
    this.hub = PeerId.ofPublicKey(publicKey);
    this.publicKey = publicKey.clone();
    this.key = key;
    this.hosts = hosts;
  }

  /** Which hub. */
  PeerId hub() {
    return hub;
  }

  /** Its raw public key. */
  byte[] publicKey() {
    return publicKey.clone();
  }

  /** The raw public key of a host; none where it is not known. */
  Optional<byte[]> hostKey(PeerId host) {
    return hosts.apply(host);
  }

  /** Whether the host that a receipt names has signed it. */
  boolean isGenuine(UsageReceipt.HostSigned half) {
    return hostKey(half.receipt().host())
        .filter(raw -> half.isSignedBy(Ed25519.publicKey(raw)))
        .isPresent();
  }

  /** Signs what a host has signed. */
  UsageReceipt.Signed countersign(UsageReceipt.HostSigned half) {
    return half.countersign(key);
  }
}
