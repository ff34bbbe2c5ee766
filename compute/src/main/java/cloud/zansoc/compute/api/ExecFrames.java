package cloud.zansoc.compute.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Writes and reads {@link ExecFrame}s. docs/format/instance-streams.md. */
public final class ExecFrames {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int RESIZE = 3;
  private static final int EXIT = 4;
  private static final int END_OF_STDIN = 5;

  private static final int HEADER_BYTES = 5;
  private static final int RESIZE_BYTES = 4;
  private static final int EXIT_BYTES = 4;

  private ExecFrames() {}

  /**
   * Writes frames, each with one call of its stream, and flushes. Thread-safe: a command's two
   * outputs are pumped by two threads.
   */
  public static final class Writer {
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private final byte[] frame = new byte[HEADER_BYTES + ExecFrame.MAX_PAYLOAD_BYTES];

    /** A writer that has {@code out} for itself. */
    public Writer(OutputStream out) {
      this.out = out;
    }

    /** Input for the command, in as many frames as it takes. */
    public void stdin(byte[] bytes, int offset, int count) throws IOException {
      bytes(STDIN, bytes, offset, count);
    }

    /** What the command wrote. */
    public void stdout(byte[] bytes, int offset, int count) throws IOException {
      bytes(STDOUT, bytes, offset, count);
    }

    /** What the command wrote to its error output. */
    public void stderr(byte[] bytes, int offset, int count) throws IOException {
      bytes(STDERR, bytes, offset, count);
    }

    /** Nothing: it shows that the stream lives, and finds out whether its reader does. */
    public void signOfLife() throws IOException {
      write(STDOUT, new byte[0], 0, 0);
    }

    /** No more input comes. */
    public void endOfStdin() throws IOException {
      write(END_OF_STDIN, new byte[0], 0, 0);
    }

    /** The terminal has another size now. */
    public void resize(TerminalSize size) throws IOException {
      ByteBuffer payload = ByteBuffer.allocate(RESIZE_BYTES);
      payload.putShort((short) size.columns()).putShort((short) size.rows());
      write(RESIZE, payload.array(), 0, RESIZE_BYTES);
    }

    /** The command has ended; nothing is written after this. */
    public void exit(int code) throws IOException {
      write(EXIT, ByteBuffer.allocate(EXIT_BYTES).putInt(code).array(), 0, EXIT_BYTES);
    }

    private void bytes(int type, byte[] bytes, int offset, int count) throws IOException {
      for (int done = 0; done < count; done += ExecFrame.MAX_PAYLOAD_BYTES) {
        write(type, bytes, offset + done, Math.min(count - done, ExecFrame.MAX_PAYLOAD_BYTES));
      }
    }

    private void write(int type, byte[] payload, int offset, int count) throws IOException {
      writing.lock(); // Held while the stream blocks: half a frame must not be cut by another.
      try {
        ByteBuffer.wrap(frame).put((byte) type).putInt(count).put(payload, offset, count);
        out.write(frame, 0, HEADER_BYTES + count);
        out.flush();
      } finally {
        writing.unlock();
      }
    }
  }

  /** Reads frames, for one thread. */
  public static final class Reader {
    private final InputStream in;

    /** A reader that has {@code in} for itself. */
    public Reader(InputStream in) {
      this.in = in;
    }

    /**
     * The next frame; none at the end of the stream.
     *
     * @throws ZansocException INVALID_ARGUMENT for what is no frame
     * @throws EOFException where the stream ends within a frame
     */
    public Optional<ExecFrame> next() throws IOException {
      byte[] header = in.readNBytes(HEADER_BYTES);
      if (header.length == 0) {
        return Optional.empty();
      }
      complete(header.length, HEADER_BYTES);
      ByteBuffer fields = ByteBuffer.wrap(header);
      int type = fields.get();
      int length = fields.getInt();
      check(type, length);
      byte[] payload = in.readNBytes(length);
      complete(payload.length, length);
      return Optional.of(frame(type, payload));
    }

    private static ExecFrame frame(int type, byte[] payload) {
      ByteBuffer fields = ByteBuffer.wrap(payload);
      return switch (type) {
        case STDIN -> new ExecFrame.Stdin(payload);
        case STDOUT -> new ExecFrame.Stdout(payload);
        case STDERR -> new ExecFrame.Stderr(payload);
        case RESIZE ->
            new ExecFrame.Resize(
                new TerminalSize(
                    Short.toUnsignedInt(fields.getShort()),
                    Short.toUnsignedInt(fields.getShort())));
        case EXIT -> new ExecFrame.Exit(fields.getInt());
        default -> new ExecFrame.EndOfStdin();
      };
    }

    private static void check(int type, int length) {
      boolean valid =
          switch (type) {
            case STDIN, STDOUT, STDERR -> length >= 0 && length <= ExecFrame.MAX_PAYLOAD_BYTES;
            case RESIZE -> length == RESIZE_BYTES;
            case EXIT -> length == EXIT_BYTES;
            case END_OF_STDIN -> length == 0;
            default -> false;
          };
      if (!valid) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "no frame of a command's stream: type %d with %d bytes".formatted(type, length));
      }
    }

    private static void complete(int count, int wanted) throws EOFException {
      if (count < wanted) {
        throw new EOFException("the stream ended within a frame");
      }
    }
  }
}
