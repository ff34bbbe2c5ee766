package cloud.zansoc.compute.engine.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Both outputs of a container as one stream, in the order in which the engine took them. */
final class LogStream extends FilterInputStream {
  private final DockerHttpClient.Response response;

  LogStream(DockerHttpClient.Response response) {
    this(response, new BytePipe());
  }

  private LogStream(DockerHttpClient.Response response, BytePipe pipe) {
    super(pipe.input());
    this.response = response;
    Thread.ofVirtual().name("log").start(() -> pump(pipe));
  }

  private void pump(BytePipe pipe) {
    try (OutputStream output = pipe.output()) {
      OutputFrames.copy(response.getBody(), output, output);
    } catch (IOException e) {
      // The reader has let go, or the engine has: the log ends.
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    response.close();
  }
}
