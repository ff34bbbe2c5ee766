package cloud.zansoc.storage.api;

import cloud.zansoc.base.ByteSize;
import java.time.Instant;

/** A bucket: GET /v1/buckets. {@code id} is constant and goes into key derivation. */
public record BucketView(
    String name, String id, Instant created, long objects, ByteSize bytes, int k, int n) {}
