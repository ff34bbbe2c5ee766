package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.compute.engine.BytePipe;
import cloud.zansoc.compute.engine.ExecRequest;
import cloud.zansoc.compute.engine.ExecSession;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectExecResponse;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A command that an engine runs in a container, on a connection of its own that carries both
 * directions. One thread takes its output apart into two pipes; with a terminal there is nothing to
 * take apart.
 */
final class DockerExec implements ExecSession {
  private static final Duration SETTLE = Duration.ofMillis(5);
  private static final int KILL_TRIES = 200;

  private final DockerClient client;
  private final String container;
  private final String exec;
  private final boolean terminal;
  private final EngineConnection connection;
  private final BytePipe stdout = new BytePipe();
  private final BytePipe stderr = new BytePipe();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final OutputStream stdin;

  private DockerExec(
      DockerClient client,
      String container,
      String exec,
      boolean terminal,
      EngineConnection connection) {
    this.client = client;
    this.container = container;
    this.exec = exec;
    this.terminal = terminal;
    this.connection = connection;
    this.stdin = new Stdin(connection);
  }

  /** Starts the command that was made as {@code exec}. */
  static DockerExec start(
      DockerClient client, EngineHttp http, String container, String exec, ExecRequest request) {
    boolean terminal = request.terminal().isPresent();
    EngineConnection connection =
        http.upgrade("/exec/" + exec + "/start", "{\"Detach\":false,\"Tty\":" + terminal + "}");
    DockerExec session = new DockerExec(client, container, exec, terminal, connection);
    request.terminal().ifPresent(session::resize);
    Thread.ofVirtual().name("exec-output").start(session::pump);
    return session;
  }

  private void pump() {
    try (OutputStream out = stdout.output();
        OutputStream err = stderr.output()) {
      InputStream body = connection.input();
      if (terminal) {
        body.transferTo(out);
      } else {
        OutputFrames.copy(body, out, err);
      }
    } catch (IOException e) {
      // The reader has let go, or the engine has: both outputs end, and the exit code tells.
    } finally {
      ended.countDown();
    }
  }

  @Override
  public OutputStream stdin() {
    return stdin;
  }

  @Override
  public InputStream stdout() {
    return stdout.input();
  }

  @Override
  public InputStream stderr() {
    return stderr.input();
  }

  @Override
  public void resize(TerminalSize size) {
    if (terminal) {
      DockerFailures.translate(
          "resizing the terminal of a command",
          () -> client.resizeExecCmd(exec).withSize(size.rows(), size.columns()).exec());
    }
  }

  @Override
  public int awaitExit() throws InterruptedException {
    ended.await();
    InspectExecResponse seen = inspect();
    while (Boolean.TRUE.equals(seen.isRunning())) {
      TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos()); // The outputs end a moment before the command.
      seen = inspect();
    }
    Long code = seen.getExitCodeLong();
    return code == null ? -1 : code.intValue();
  }

  private InspectExecResponse inspect() {
    return DockerFailures.translate(
        "looking for a command's end", () -> client.inspectExecCmd(exec).exec());
  }

  @Override
  public void close() {
    if (ended.getCount() > 0) {
      kill();
    }
    stdout.closeInput();
    stderr.closeInput();
    connection.close();
  }

  /**
   * The API has no way to end a command, but its process can be killed where it runs on this
   * machine. It may not have one yet: a session can be closed before the engine has started it.
   */
  private void kill() {
    for (int tries = 0; tries < KILL_TRIES && ended.getCount() > 0; tries++) {
      InspectExecResponse seen = inspect();
      Long process = seen.getPidLong();
      if (process != null && process > 0) {
        if (Boolean.TRUE.equals(seen.isRunning()) && isOfContainer(process)) {
          ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
        }
        return;
      }
      LockSupport.parkNanos(SETTLE.toNanos());
    }
  }

  /** Whether the number still belongs to the container, and not to another process by now. */
  private boolean isOfContainer(long process) {
    try {
      return Files.readString(Path.of("/proc/" + process + "/cgroup")).contains(container);
    } catch (IOException e) {
      return false;
    }
  }

  /** Its end is that of the direction, not of the connection. */
  private static final class Stdin extends FilterOutputStream {
    private final EngineConnection connection;

    private Stdin(EngineConnection connection) {
      super(connection.output());
      this.connection = connection;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      connection.shutdownOutput();
    }
  }
}
