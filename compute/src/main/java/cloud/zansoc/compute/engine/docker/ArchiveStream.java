package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
import java.io.InputStream;

/**
 * A tar archive as an engine sends it, over a connection of its own: who closes it before its end
 * does not wait for the rest. An archive that breaks off is no whole one: its last two records must
 * be empty.
 */
final class ArchiveStream extends InputStream {
  private static final int END_BYTES = 1024;

  private final EngineConnection connection;

  /** How many of the last bytes were zero. */
  private long zeros;

  ArchiveStream(EngineConnection connection) {
    this.connection = connection;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = connection.input().read(into, offset, length);
    if (count < 0 && zeros < END_BYTES) {
      throw new IOException("the engine's archive broke off");
    }
    count(into, offset, count);
    return count;
  }

  private void count(byte[] bytes, int offset, int count) {
    int last = count;
    while (last > 0 && bytes[offset + last - 1] == 0) {
      last--;
    }
    zeros = last > 0 ? count - last : zeros + Math.max(0, count);
  }

  @Override
  public void close() {
    connection.close();
  }
}
