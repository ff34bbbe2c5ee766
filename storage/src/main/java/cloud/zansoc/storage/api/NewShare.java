package cloud.zansoc.storage.api;

import java.time.Instant;
import java.util.Optional;

/** POST /v1/shares: shares one version, for ever or until {@code expires}. */
public record NewShare(String bucket, String key, String versionId, Optional<Instant> expires) {}
