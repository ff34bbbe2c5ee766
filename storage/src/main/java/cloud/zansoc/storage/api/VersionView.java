package cloud.zansoc.storage.api;

import java.time.Instant;

/**
 * One version of an object, as a listing shows it.
 *
 * @param versionId sorts by age, newest last; unique in the hub
 * @param latest the newest of its key
 * @param deleteMarker true where the key was deleted at this point
 */
public record VersionView(
    String bucket,
    String key,
    String versionId,
    long size,
    String root,
    Instant modified,
    boolean latest,
    boolean deleteMarker) {}
