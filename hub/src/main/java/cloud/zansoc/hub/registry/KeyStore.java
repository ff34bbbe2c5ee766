package cloud.zansoc.hub.registry;

import cloud.zansoc.net.node.KeyView;
import java.time.Instant;
import java.util.List;

/**
 * Keeps the SSH keys that reach tenants' instances. Every method is one transaction, which has
 * happened when it returns. Thread-safe.
 */
public interface KeyStore {
  /** The most keys of one tenant. */
  int MOST_KEYS = 256;

  /**
   * Keeps a key of a tenant; one that is there gets the new comment and expiry.
   *
   * @throws cloud.zansoc.base.ZansocException QUOTA_EXCEEDED beyond {@value #MOST_KEYS}
   */
  void put(String tenant, KeyView key);

  /** A tenant's keys, oldest first; also those that have expired. */
  List<KeyView> keys(String tenant);

  /** The tenants of whom this key is at {@code now}. */
  List<String> tenants(String fingerprint, Instant now);

  /** Removes a key; false where the tenant has none of this fingerprint. */
  boolean remove(String tenant, String fingerprint);
}
