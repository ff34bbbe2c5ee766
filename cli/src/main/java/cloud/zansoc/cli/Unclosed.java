package cloud.zansoc.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that outlives who writes to it; closing only flushes. */
public final class Unclosed extends FilterOutputStream {
  public Unclosed(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    out.write(bytes, offset, count);
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
