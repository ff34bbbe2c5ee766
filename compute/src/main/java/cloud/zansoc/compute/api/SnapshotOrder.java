package cloud.zansoc.compute.api;

/**
 * Has the host that holds a volume take a snapshot now.
 *
 * @param volume its id
 * @param keep whether the snapshot stays until it is removed by hand
 */
public record SnapshotOrder(String volume, boolean keep) {}
