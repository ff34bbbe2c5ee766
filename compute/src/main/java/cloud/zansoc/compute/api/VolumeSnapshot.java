package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A state of a volume that is safe in storage.
 *
 * @param number counted up from 1 over the volume's whole life
 * @param object the key in the volume's bucket of the object that holds its table
 * @param taken the moment whose state it is, in milliseconds
 * @param uploaded what was sent for it
 * @param content what a restore fetches: the blocks that are not all zero
 * @param kept whether it stays until it is removed by hand
 */
public record VolumeSnapshot(
    long number, String object, Instant taken, ByteSize uploaded, ByteSize content, boolean kept) {
  public VolumeSnapshot {
    taken = taken.truncatedTo(ChronoUnit.MILLIS);
  }
}
