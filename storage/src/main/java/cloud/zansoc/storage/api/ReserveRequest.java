package cloud.zansoc.storage.api;

/**
 * POST /v1/segments/reserve: asks for hosts for one new segment.
 *
 * @param bucket whose scheme applies
 * @param bytes the segment's ciphertext, 1 byte to 64 MiB
 */
public record ReserveRequest(String bucket, long bytes) {}
