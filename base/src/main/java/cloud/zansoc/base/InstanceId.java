package cloud.zansoc.base;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Names one instance for its whole life, on whichever host it runs: a random 128-bit number, drawn
 * by the hub. The text form is 26 characters of a-z and 2-7, fit for the names of containers.
 */
public record InstanceId(long high, long low) {
  private static final int BYTES = 16;

  /** A new id. */
  public static InstanceId random(RandomGenerator random) {
    return new InstanceId(random.nextLong(), random.nextLong());
  }

  /**
   * Parses the text form.
   *
   * @throws IllegalArgumentException if {@code text} is no id
   */
  public static InstanceId parse(String text) {
    byte[] bytes = Base32.decode(text);
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an instance id has 16 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new InstanceId(buffer.getLong(), buffer.getLong());
  }

  @Override
  public String toString() {
    return Base32.encode(ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array());
  }
}
