package cloud.zansoc.codec.format;

import java.util.Comparator;
import java.util.random.RandomGenerator;

/**
 * Names an object in a volume's bucket.
 *
 * @param number of the snapshot that it was made for, from 1
 * @param nonce keeps apart what two hosts made for the same number
 */
public record VolumeObject(long number, long nonce) implements Comparable<VolumeObject> {
  static final int BYTES = 16;
  private static final Comparator<VolumeObject> ORDER =
      Comparator.comparingLong(VolumeObject::number)
          .thenComparing(VolumeObject::nonce, Long::compareUnsigned);

  public VolumeObject {
    if (number < 1) {
      throw new IllegalArgumentException("snapshots are counted from 1, not " + number);
    }
  }

  /** A new object of snapshot {@code number}. */
  public static VolumeObject random(long number, RandomGenerator random) {
    return new VolumeObject(number, random.nextLong());
  }

  /**
   * Parses a key.
   *
   * @throws IllegalArgumentException if {@code key} is none
   */
  public static VolumeObject parse(String key) {
    if (!key.matches("[0-9a-f]{16}-[0-9a-f]{16}")) {
      throw new IllegalArgumentException("'" + key + "' names no object of a volume");
    }
    return new VolumeObject(
        Long.parseUnsignedLong(key.substring(0, 16), 16),
        Long.parseUnsignedLong(key.substring(17), 16));
  }

  /** Its key in the bucket; keys are in the order of the snapshots. */
  public String key() {
    return "%016x-%016x".formatted(number, nonce);
  }

  @Override
  public int compareTo(VolumeObject other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return key();
  }

  void write(FormatWriter writer) {
    writer.writeLong(number);
    writer.writeLong(nonce);
  }

  static VolumeObject read(FormatReader reader) {
    return new VolumeObject(reader.readLong(), reader.readLong());
  }
}
