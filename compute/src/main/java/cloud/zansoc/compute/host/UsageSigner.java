package cloud.zansoc.compute.host;

import cloud.zansoc.base.PeerId;
import java.security.PrivateKey;
import java.security.PublicKey;

/** Who signs a host's receipts of usage, and for which hub. */
public final class UsageSigner {
  private final PeerId host;
  private final PrivateKey key;
  private final PeerId hub;
  private final PublicKey hubKey;

  public UsageSigner(PeerId host, PrivateKey key, PeerId hub, PublicKey hubKey) {
    this.host = host;
    this.key = key;
    this.hub = hub;
    this.hubKey = hubKey;
  }

  PeerId host() {
    return host;
  }

  PrivateKey key() {
    return key;
  }

  PeerId hub() {
    return hub;
  }

  PublicKey hubKey() {
    return hubKey;
  }
}
