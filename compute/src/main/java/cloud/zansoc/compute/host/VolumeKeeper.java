package cloud.zansoc.compute.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.InstanceSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the volumes of this host's instances: as folders, and as snapshots in storage. Every call
 * may be repeated; volumes stay attached over a restart of this program. Thread-safe; calls for one
 * volume wait for each other.
 */
public interface VolumeKeeper extends AutoCloseable {
  /** Why this host cannot keep volumes, for people; empty where it can. */
  Optional<String> obstacle();

  /**
   * Makes a volume ready for an instance: made empty, restored from its newest snapshot, or found
   * as it was left here. From now on it is snapshotted at its interval.
   *
   * @return the folder to be mounted in the instance; the same again where it is attached already
   * @throws cloud.zansoc.base.ZansocException CONFLICT where the hub has given the volume to a
   *     newer generation or another host, NO_SPACE, UNREACHABLE, DATA_UNAVAILABLE, UNSUPPORTED
   */
  Path attach(InstanceSpec.Volume volume, InstanceId instance, long generation);

  /**
   * Takes a last snapshot and unmounts the volume, whose image stays for the next {@link #attach}.
   * The instance must be stopped. Nothing where it is not attached. Where the hub refuses the
   * snapshot because the volume is another's by now, it is unmounted without.
   *
   * @throws cloud.zansoc.base.ZansocException where the snapshot cannot be stored for now: the
   *     volume stays attached, to be tried again
   */
  void detach(String volume);

  /** As {@link #detach}, and removes the image. Nothing where there is none. */
  void remove(String volume);

  /**
   * Removes the image without a snapshot: what is not in one is lost. For what was kept long enough
   * and for the fenced.
   */
  void discard(String volume);

  /**
   * Takes a snapshot now; nothing is sent where nothing has changed.
   *
   * @param keep whether it stays until it is removed by hand
   */
  void snapshot(String volume, boolean keep);

  /** The volumes here, attached or left from before. */
  List<Kept> volumes();

  /** Stops taking snapshots; volumes stay mounted, as their instances run on. */
  @Override
  void close();

  /**
   * A volume here.
   *
   * @param generation for which it was attached last
   * @param attached whether it is mounted
   * @param safeUntil all that was written before is in a snapshot
   * @param uploaded for the last snapshot
   * @param pause how long writes waited for it
   * @param trouble why the last attempt failed; empty where it did not
   */
  record Kept(
      String volume,
      InstanceId instance,
      long generation,
      boolean attached,
      Optional<Instant> safeUntil,
      ByteSize uploaded,
      Duration pause,
      String trouble) {}
}
