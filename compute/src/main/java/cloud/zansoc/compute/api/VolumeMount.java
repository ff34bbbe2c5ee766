package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.DnsLabel;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.time.Duration;

/**
 * A volume as a service uses it. Each replica has one of its own: NAME where there is one replica,
 * NAME-1, NAME-2 … otherwise. It belongs to the tenant, and outlives the deployment.
 *
 * @param volume its name
 * @param path where it appears in the instance
 * @param size of a new volume; an existing one of that name keeps its own
 * @param snapshotEvery what is lost at most when its host dies
 */
public record VolumeMount(String volume, String path, ByteSize size, Duration snapshotEvery) {
  /** The shortest interval of snapshots. */
  public static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  public VolumeMount {
    DnsLabel.check("a volume", volume);
    if (!path.startsWith("/") || path.length() == 1 || path.contains("..")) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "a volume is mounted at a path such as /data, not " + path);
    }
    if (snapshotEvery.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "snapshots are at least a second apart: " + snapshotEvery);
    }
  }
}
