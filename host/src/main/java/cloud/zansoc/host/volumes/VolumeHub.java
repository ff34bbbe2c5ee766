package cloud.zansoc.host.volumes;

import cloud.zansoc.compute.api.VolumeAttachment;
import cloud.zansoc.compute.api.VolumeSnapshot;
import java.time.Instant;

/**
 * What a host asks of its hub about a volume. Each call fails with CONFLICT once the volume is not
 * this host's in this generation any more, with NOT_FOUND once it was removed. Thread-safe.
 */
interface VolumeHub {
  /** What is needed to keep it. */
  VolumeAttachment attachment(String volume, long generation);

  /** Makes a stored snapshot the newest; the same again changes nothing. */
  VolumeAttachment record(String volume, long generation, VolumeSnapshot snapshot);

  /** Nothing has changed since the newest snapshot. */
  void safe(String volume, long generation, Instant until);

  /** The objects of the volume's origin, for reading. */
  SnapshotStorage origin(VolumeAttachment.Origin origin, String volume, long generation);

  /** The volume's objects. */
  SnapshotStorage storage(VolumeAttachment volume, long generation);
}
