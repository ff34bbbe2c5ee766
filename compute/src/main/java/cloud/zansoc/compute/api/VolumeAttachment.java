package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the host that holds a volume needs of its hub to keep it.
 *
 * @param bucket where its snapshots lie
 * @param key from which the bucket's key follows, as from a tenant's root key
 * @param snapshots those that can be restored, the newest first
 * @param lastNumber of the snapshots that were ever made; the next has the next
 * @param start the number of the one that a fresh image begins with; none: an empty file system, or
 *     the origin
 * @param origin the snapshot of another volume that a fresh image begins with before there is any
 */
public record VolumeAttachment(
    String volume,
    String bucket,
    byte[] key,
    ByteSize size,
    List<VolumeSnapshot> snapshots,
    long lastNumber,
    Optional<Long> start,
    Optional<Origin> origin) {
  /**
   * A snapshot of another volume.
   *
   * @param bucket where that one's snapshots lie
   * @param key of that one
   */
  public record Origin(String bucket, byte[] key, VolumeSnapshot snapshot) {
    public Origin {
      key = key.clone();
    }

    @Override
    public byte[] key() {
      return key.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Origin its
          && bucket.equals(its.bucket)
          && Arrays.equals(key, its.key)
          && snapshot.equals(its.snapshot);
    }

    @Override
    public int hashCode() {
      return snapshot.hashCode();
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
      return "snapshot %d in bucket %s".formatted(snapshot.number(), bucket);
    }
  }

  public VolumeAttachment {
    key = key.clone();
    snapshots = List.copyOf(snapshots);
  }

  @Override
  public byte[] key() {
    return key.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VolumeAttachment its
        && volume.equals(its.volume)
        && bucket.equals(its.bucket)
        && Arrays.equals(key, its.key)
        && size.equals(its.size)
        && snapshots.equals(its.snapshots)
        && lastNumber == its.lastNumber
        && start.equals(its.start)
        && origin.equals(its.origin);
  }

  @Override
  public int hashCode() {
    return volume.hashCode();
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "volume %s in bucket %s".formatted(volume, bucket);
  }
}
