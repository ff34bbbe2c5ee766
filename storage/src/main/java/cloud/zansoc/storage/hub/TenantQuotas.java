package cloud.zansoc.storage.hub;

import cloud.zansoc.base.ByteSize;
import java.util.Optional;

/** How much each tenant may store; kept by the registry of tenants. Thread-safe. */
@FunctionalInterface
public interface TenantQuotas {
  /** The tenant's quota of used space as {@link Catalogue} counts it; empty for no limit. */
  Optional<ByteSize> quota(String tenant);
}
