package cloud.zansoc.compute.engine.docker;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes apart the stream in which an engine sends both outputs of a process: frames of one byte
 * that says which (1 stdout, 2 stderr), three of nothing, four with a length, and the content.
 */
final class OutputFrames {
  private static final int STDERR = 2;
  private static final int BUFFER = 64 << 10;

  private OutputFrames() {}

  /** Copies until the stream ends. */
  static void copy(InputStream frames, OutputStream stdout, OutputStream stderr)
      throws IOException {
    DataInputStream input = new DataInputStream(frames);
    byte[] buffer = new byte[BUFFER];
    int kind;
    while ((kind = input.read()) >= 0) {
      input.skipNBytes(3);
      OutputStream to = kind == STDERR ? stderr : stdout;
      int left = input.readInt();
      while (left > 0) {
        int read = input.read(buffer, 0, Math.min(left, BUFFER));
        if (read < 0) {
          throw new EOFException("the engine's output ended in the middle of a frame");
        }
        to.write(buffer, 0, read);
        left -= read;
      }
    }
  }
}
