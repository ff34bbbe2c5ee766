package cloud.zansoc.hub.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.compute.hub.InstanceStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of an instance: by the sftp-server of its image, which is joined with the client; where
 * it has none, by {@link SftpServer} over its shell.
 */
final class SftpCommand extends InstanceCommand {
  private static final Logger LOG = LoggerFactory.getLogger(SftpCommand.class);
  private static final int CHUNK_BYTES = 64 << 10;
  private static final String SERVER = "server";
  private static final String SHELL = "shell";

  /** Says which of the two it is, and becomes it. */
  private static final String SCRIPT =
      """
      for s in /usr/lib/openssh/sftp-server /usr/lib/ssh/sftp-server /usr/libexec/openssh/sftp-server \
      /usr/libexec/sftp-server /usr/lib/sftp-server; do \
      if [ -x $s ]; then echo %s; exec $s; fi; done; echo %s; exec /bin/sh\
      """
          .formatted(SERVER, SHELL);

  private final InstanceFinder finder;
  private final InstanceStreams instances;

  SftpCommand(InstanceFinder finder, InstanceStreams instances) {
    this.finder = finder;
    this.instances = instances;
  }

  @Override
  int run(GatewayChannel channel, Streams streams) throws IOException {
    Place place = finder.find(channel.getSession());
    ExecPipe pipe = start(place, SCRIPT);
    String kind = firstLine(pipe);
    if (kind.equals(SERVER)) {
      Thread.ofVirtual().name("sftp input").start(() -> send(streams.in(), pipe.stdin()));
      pump(pipe.stdout(), streams.out());
      return pipe.awaitExit();
    }
    if (!kind.equals(SHELL)) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "the image of %s has neither an sftp-server nor a shell: %s"
              .formatted(place, pipe.errors()));
    }
    InstanceShell shell = new InstanceShell(pipe.stdin(), pipe.stdout());
    new SftpServer(new ShellFiles(shell, commands(place)), Clock.systemUTC())
        .serve(streams.in(), streams.out());
    return 0;
  }

  private ExecPipe start(Place place, String script) {
    List<String> command = List.of("/bin/sh", "-c", script);
    return new ExecPipe(keep(instances.exec(place, command, Map.of(), Optional.empty())));
  }

  private ShellFiles.Commands commands(Place place) {
    return new ShellFiles.Commands() {
      @Override
      public ExecPipe start(String script) {
        return SftpCommand.this.start(place, script);
      }

      @Override
      public void end(ExecPipe pipe) {
        release(pipe.stream());
      }
    };
  }

  private static String firstLine(ExecPipe pipe) throws IOException {
    StringBuilder line = new StringBuilder();
    InputStream out = pipe.stdout();
    for (int c = out.read();
        c >= 0 && c != '\n' && line.length() < SERVER.length();
        c = out.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static void send(InputStream from, OutputStream to) {
    try (to) {
      pump(from, to);
    } catch (IOException e) {
      LOG.debug("an sftp-server takes no more input: {}", e.getMessage());
    }
  }

  private static void pump(InputStream from, OutputStream to) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
      to.write(chunk, 0, count);
      to.flush();
    }
  }
}
