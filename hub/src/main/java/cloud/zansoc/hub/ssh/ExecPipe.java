package cloud.zansoc.hub.ssh;

import cloud.zansoc.compute.api.ExecFrame;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.net.control.ControlStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A command without a terminal, as input and output. Its error output is kept aside. One thread
 * reads, another one may write.
 */
final class ExecPipe {
  private static final int MOST_ERROR_BYTES = 4096;

  private final ControlStream stream;
  private final ExecFrames.Writer writer;
  private final ExecFrames.Reader reader;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private byte[] current = new byte[0];
  private int taken;
  private Optional<Integer> exit = Optional.empty();

  ExecPipe(ControlStream stream) {
    this.stream = stream;
    this.writer = new ExecFrames.Writer(stream.output());
    this.reader = new ExecFrames.Reader(stream.input());
  }

  ControlStream stream() {
    return stream;
  }

  /** Input for the command; closing it is the end of input. */
  OutputStream stdin() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        writer.stdin(bytes, offset, count);
      }

      @Override
      public void close() throws IOException {
        writer.endOfStdin();
      }
    };
  }

  /** What the command writes, to its end. */
  InputStream stdout() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
      }

      @Override
      public int read(byte[] bytes, int offset, int count) throws IOException {
        return count == 0 ? 0 : take(bytes, offset, count);
      }
    };
  }

  /** Drops what the command still writes, and waits for its end: its exit code. */
  int awaitExit() throws IOException {
    stdout().transferTo(OutputStream.nullOutputStream());
    return exit.orElseThrow();
  }

  /** What the command wrote to its error output so far; its beginning, where that is long. */
  String errors() {
    return errors.toString(StandardCharsets.UTF_8).strip();
  }

  private int take(byte[] bytes, int offset, int count) throws IOException {
    while (taken == current.length) {
      if (exit.isPresent()) {
        return -1;
      }
      advance();
    }
    int length = Math.min(count, current.length - taken);
    System.arraycopy(current, taken, bytes, offset, length);
    taken += length;
    return length;
  }

  private void advance() throws IOException {
    switch (reader.next().orElseThrow(() -> new IOException("its host lost sight of it"))) {
      case ExecFrame.Stdout stdout -> {
        current = stdout.bytes();
        taken = 0;
      }
      case ExecFrame.Stderr stderr ->
          errors.write(
              stderr.bytes(), 0, Math.min(stderr.bytes().length, MOST_ERROR_BYTES - errors.size()));
      case ExecFrame.Exit ended -> exit = Optional.of(ended.code());
      case ExecFrame.Stdin _, ExecFrame.EndOfStdin _, ExecFrame.Resize _ ->
          throw new IOException("its host does not keep to the protocol");
    }
  }
}
