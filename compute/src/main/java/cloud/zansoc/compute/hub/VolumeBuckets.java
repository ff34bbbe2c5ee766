package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;

/** Where snapshots of volumes lie: a hidden bucket of the tenant for each. Thread-safe. */
public interface VolumeBuckets {
  /**
   * Makes the bucket of a new volume.
   *
   * @return its name
   */
  String create(String tenant, String volume);

  /** What lies in it. */
  ByteSize stored(String tenant, String bucket);

  /** Removes it with all that lies in it, if it is there. */
  void remove(String tenant, String bucket);
}
