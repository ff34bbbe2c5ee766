package cloud.zansoc.storage.api;

import java.util.Optional;

/** POST /v1/buckets: a bucket with k of n, or with the network's default scheme. */
public record NewBucket(String name, Optional<Integer> k, Optional<Integer> n) {}
