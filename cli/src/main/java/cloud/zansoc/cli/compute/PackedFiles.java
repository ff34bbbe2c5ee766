package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.client.FilePacking;
import cloud.zansoc.compute.engine.BytePipe;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Files being packed by a thread of its own while another one sends what it has packed. */
final class PackedFiles implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final BytePipe pipe = new BytePipe();

  /** Is there before the pipe's output ends. */
  private volatile @Nullable Exception failure;

  private PackedFiles() {}

  /** Begins to pack. */
  static PackedFiles of(FilePacking packing, String name) {
    PackedFiles files = new PackedFiles();
    Thread.ofVirtual().name("pack").start(() -> files.pack(packing, name));
    return files;
  }

  private void pack(FilePacking packing, String name) {
    OutputStream out = new BufferedOutputStream(pipe.output(), BUFFER_BYTES);
    try {
      packing.write(name, out);
      out.flush();
    } catch (IOException | RuntimeException e) {
      failure = e;
    } finally {
      pipe.closeOutput();
    }
  }

  /** The archive; it ends only where all is packed, and fails where that failed. */
  InputStream input() {
    return new FilterInputStream(pipe.input()) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = in.read(into, offset, length);
        Exception why = failure;
        if (count < 0 && why != null) {
          throw new IOException("packing failed", why);
        }
        return count;
      }
    };
  }

  /** Throws why packing failed, where it did. */
  void requireWhole() throws IOException {
    switch (failure) {
      case null -> {}
      case ZansocException e -> throw e;
      case IOException e -> throw e;
      case Exception e -> throw new IllegalStateException("packing failed", e);
    }
  }

  /** Ends the packing, if it goes on. */
  @Override
  public void close() {
    pipe.closeInput();
  }
}
