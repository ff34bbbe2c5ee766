package cloud.zansoc.compute.engine;

import cloud.zansoc.compute.api.TerminalSize;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command that runs in an instance. Its streams must be pumped by different threads: each blocks
 * by itself.
 */
public interface ExecSession extends AutoCloseable {
  /** Its input; closing it is the end of input. */
  OutputStream stdin();

  /** Its output; both outputs where it has a terminal. */
  InputStream stdout();

  /** Its error output; empty where it has a terminal. */
  InputStream stderr();

  /** The terminal has another size now; nothing where there is none. */
  void resize(TerminalSize size);

  /** Waits for the command's end: its exit code. */
  int awaitExit() throws InterruptedException;

  /** Lets go of the command and ends it, if it still runs. */
  @Override
  void close();
}
