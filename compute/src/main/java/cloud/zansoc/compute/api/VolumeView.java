package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A volume as its tenant sees it.
 *
 * @param id names it on hosts and in storage, for its whole life
 * @param use who has it attached; none: it is free
 * @param snapshots the newest first
 * @param start the number of the snapshot whose state it has while free; 0: it is empty
 * @param origin NAME@NUMBER, the snapshot of another volume that it begins as; none once it has a
 *     snapshot of its own
 * @param stored what all snapshots together take of the tenant's quota
 */
public record VolumeView(
    String id,
    String name,
    ByteSize size,
    Instant created,
    Optional<Use> use,
    List<VolumeSnapshot> snapshots,
    long start,
    Optional<String> origin,
    ByteSize stored) {
  public VolumeView {
    snapshots = List.copyOf(snapshots);
  }

  /**
   * A volume's use by an instance.
   *
   * @param instance its name, as deployment/instance
   * @param host the name of the host that has it
   * @param generation of the instance
   * @param snapshotEvery what is lost at most when the host dies
   * @param safeUntil all that was written before is in a snapshot; none: there is no snapshot yet
   */
  public record Use(
      String instance,
      String host,
      long generation,
      Duration snapshotEvery,
      Optional<Instant> safeUntil) {}
}
