package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.compute.engine.BytePipe;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Both outputs of a container as one stream, in the order in which the engine took them. */
final class LogStream extends FilterInputStream {
  private final EngineConnection connection;

  LogStream(EngineConnection connection) {
    this(connection, new BytePipe());
  }

  private LogStream(EngineConnection connection, BytePipe pipe) {
    super(pipe.input());
    this.connection = connection;
    Thread.ofVirtual().name("log").start(() -> pump(pipe));
  }

  private void pump(BytePipe pipe) {
    try (OutputStream output = pipe.output()) {
      OutputFrames.copy(connection.input(), output, output);
    } catch (IOException e) {
      // The reader has let go, or the engine has: the log ends.
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    connection.close();
  }
}
