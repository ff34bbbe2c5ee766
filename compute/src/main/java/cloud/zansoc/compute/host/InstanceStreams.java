package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.ExecFrame;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.compute.api.ExecStart;
import cloud.zansoc.compute.api.FilesStart;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.api.LogsStart;
import cloud.zansoc.compute.api.PortStart;
import cloud.zansoc.compute.api.StatsStart;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.ExecRequest;
import cloud.zansoc.compute.engine.ExecSession;
import cloud.zansoc.compute.engine.InstanceStatistics;
import cloud.zansoc.compute.engine.PortConnection;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.StreamHandler;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the streams that a hub opens to the instances of a host: docs/format/instance-streams.md.
 * Only to what was made as it is ordered now; commands and ports only where it runs.
 */
public final class InstanceStreams implements StreamHandler {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final Logger LOG = LoggerFactory.getLogger(InstanceStreams.class);

  private final InstanceKeeper keeper;
  private final InstantSource clock;

  /**
   * @param clock says when something was measured
   */
  public InstanceStreams(InstanceKeeper keeper, InstantSource clock) {
    this.keeper = keeper;
    this.clock = clock;
  }

  @Override
  public void handle(String name, byte[] request, ControlStream stream) {
    try {
      switch (name) {
        case ExecStart.STREAM -> exec(Json.read(request, ExecStart.class), stream);
        case PortStart.STREAM -> port(Json.read(request, PortStart.class), stream);
        case StatsStart.STREAM -> stats(Json.read(request, StatsStart.class), stream);
        case LogsStart.STREAM -> logs(Json.read(request, LogsStart.class), stream);
        case FilesStart.IN_STREAM -> filesIn(Json.read(request, FilesStart.class), stream);
        case FilesStart.OUT_STREAM -> filesOut(Json.read(request, FilesStart.class), stream);
        default ->
            throw new ZansocException(
                ErrorCode.UNSUPPORTED,
                "this host does not know the stream '" + name + "': it may be older than its hub");
      }
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "the stream '%s' broke: %s".formatted(name, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.debug("the hub has left a stream '{}'", name);
    }
  }

  private void exec(ExecStart start, ControlStream stream)
      throws IOException, InterruptedException {
    ExecRequest request = new ExecRequest(start.command(), start.environment(), start.terminal());
    try (ExecSession session = keeper.engineOf(start.instance()).exec(start.instance(), request)) {
      ExecFrames.Writer writer = new ExecFrames.Writer(stream.output());
      ExecFrames.Reader reader = new ExecFrames.Reader(stream.input());
      AtomicBoolean ended = new AtomicBoolean();
      Thread.ofVirtual().name("exec-input").start(() -> obey(reader, session, stream, ended));
      Pump errors = new Pump("exec-errors", () -> pump(session.stderr(), writer::stderr));
      pump(session.stdout(), writer::stdout);
      errors.await();
      writer.exit(session.awaitExit());
      ended.set(true);
    }
  }

  /**
   * Does what the hub says, until the stream ends; its breaking ends the command.
   *
   * @param ended whether the command has ended: what is still under way to the hub must arrive
   */
  private static void obey(
      ExecFrames.Reader reader, ExecSession session, ControlStream stream, AtomicBoolean ended) {
    boolean listening = true;
    try {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        switch (next.get()) {
          case ExecFrame.Stdin input -> listening = listening && give(session, input.bytes());
          case ExecFrame.EndOfStdin end -> closeInput(session);
          case ExecFrame.Resize resize -> session.resize(resize.size());
          case ExecFrame.Stdout wrong -> throw wrongSide();
          case ExecFrame.Stderr wrong -> throw wrongSide();
          case ExecFrame.Exit wrong -> throw wrongSide();
        }
      }
      closeInput(session);
    } catch (IOException | ZansocException e) {
      LOG.debug("a command is ended: {}", e.getMessage());
      session.close();
      if (!ended.get()) {
        stream.close();
      }
    }
  }

  private static ZansocException wrongSide() {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, "a hub sends no output of commands");
  }

  /** Whether the command takes more. */
  private static boolean give(ExecSession session, byte[] bytes) {
    try {
      session.stdin().write(bytes);
      session.stdin().flush();
      return true;
    } catch (IOException e) {
      LOG.debug("a command takes no more input: {}", e.getMessage());
      return false;
    }
  }

  private static void closeInput(ExecSession session) {
    try {
      session.stdin().close();
    } catch (IOException e) {
      LOG.debug("a command's input was closed: {}", e.getMessage());
    }
  }

  private void port(PortStart start, ControlStream stream)
      throws IOException, InterruptedException {
    Engine engine = keeper.engineOf(start.instance());
    try (PortConnection connection = engine.connect(start.instance(), start.port())) {
      InputStream fromHub = stream.input();
      Pump up = new Pump("port-input", () -> send(fromHub, connection));
      pump(connection.input(), stream.output()::write);
      stream.output().close();
      up.await();
    }
  }

  private static void send(InputStream fromHub, PortConnection connection) throws IOException {
    try {
      pump(fromHub, connection.output()::write);
      connection.shutdownOutput();
    } catch (IOException e) {
      connection.close(); // Or the other way would wait for ever.
      throw e;
    }
  }

  private void stats(StatsStart start, ControlStream stream) throws IOException {
    InstanceStatistics seen = keeper.engineOf(start.instance()).statistics(start.instance());
    InstanceUsage usage =
        new InstanceUsage(
            start.instance(),
            clock.instant(),
            seen.cpuTime(),
            seen.memory(),
            seen.memoryLimit(),
            seen.received(),
            seen.sent(),
            seen.diskRead(),
            seen.diskWritten(),
            seen.processes());
    stream.output().write(Json.write(usage));
  }

  private void logs(LogsStart start, ControlStream stream) throws IOException {
    Engine engine = keeper.engineOfMade(start.instance());
    try (InputStream logs =
        engine.logs(start.instance(), start.follow(), start.tailLines(), start.since())) {
      pump(logs, stream.output()::write);
    }
  }

  private void filesIn(FilesStart start, ControlStream stream) throws IOException {
    InstanceId id = start.instance();
    Engine engine = keeper.engineOfMade(id);
    engine.copyOut(id, start.path()).close(); // Refuses a folder that is not there.
    engine.copyIn(id, start.path(), stream.input());
  }

  private void filesOut(FilesStart start, ControlStream stream) throws IOException {
    Engine engine = keeper.engineOfMade(start.instance());
    try (InputStream tar = engine.copyOut(start.instance(), start.path())) {
      pump(tar, stream.output()::write);
    }
  }

  /** Takes bytes at once. */
  @FunctionalInterface
  private interface Sink {
    void write(byte[] bytes, int offset, int count) throws IOException;
  }

  private static void pump(InputStream from, Sink to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      to.write(buffer, 0, count);
    }
  }

  /** Something that is pumped beside the stream's own thread. */
  private static final class Pump {
    private final Thread thread;
    private volatile boolean broken;

    Pump(String name, Pumping pumping) {
      thread =
          Thread.ofVirtual()
              .name(name)
              .start(() -> {
                try {
                  pumping.run();
                } catch (IOException e) {
                  LOG.debug("{}: {}", name, e.getMessage());
                  broken = true;
                }
              });
    }

    void await() throws IOException, InterruptedException {
      thread.join();
      if (broken) {
        throw new IOException("one way of the stream broke");
      }
    }

    @FunctionalInterface
    interface Pumping {
      void run() throws IOException;
    }
  }
}
