package cloud.zansoc.compute.host;

import cloud.zansoc.compute.api.InstanceSpec;
import java.nio.file.Path;

/**
 * Keeps the volumes of instances on a host, and snapshots them while they are attached. Each call
 * blocks until it is done, and may be repeated: what is so already stays so. Thread-safe; one
 * volume is changed by one thread at a time.
 *
 * <p>Failures are {@link cloud.zansoc.base.ZansocException}s; a retryable one is tried again after
 * a pause.
 */
public interface VolumeKeeper {
  /**
   * Has a volume's data on this machine: as they are here, or else as the last snapshot has them,
   * or else empty.
   *
   * @param generation of the instance: data that an older one left here give way to the snapshot
   * @return the folder that is mounted
   */
  Path attach(InstanceSpec.Volume volume, long generation);

  /**
   * Takes the data off this machine. Nothing uses them any more.
   *
   * @param last whether they are snapshotted before; else they are not the newest, and are dropped
   */
  void detach(InstanceSpec.Volume volume, long generation, boolean last);
}
