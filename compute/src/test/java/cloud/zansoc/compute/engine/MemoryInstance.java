package cloud.zansoc.compute.engine;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.compute.engine.EngineInstance.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One instance of a {@link MemoryEngine}. Thread-safe; its monitor guards every field. */
final class MemoryInstance {
  private static final ByteSize USED = ByteSize.ofMebibytes(1);
  private static final int TERMINATED = 143;
  private static final int KILLED = 137;

  private final MemoryFiles files;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Set<MemoryExec> sessions = new HashSet<>();
  private InstanceSpec spec;
  private State state = State.CREATED;
  private long process;
  private @Nullable Integer exitCode;
  private boolean memoryExceeded;
  private @Nullable Instant started;

  /** Counts the runs, so that the end of an earlier one ends no later one. */
  private int run;

  /** When each piece of the log was written, by its end's place in it. */
  private final NavigableMap<Integer, Instant> written = new TreeMap<>();

  private final InstantSource clock;

  MemoryInstance(InstanceSpec spec, Map<String, Path> volumes, InstantSource clock) {
    this.spec = spec;
    this.clock = clock;
    Map<String, Path> mounts = new HashMap<>();
    for (InstanceSpec.Volume volume : spec.volumes()) {
      Path folder = volumes.get(volume.id());
      if (folder == null) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, "no folder is given for the volume " + volume.id());
      }
      mounts.put(volume.mount().path(), folder);
    }
    this.files = new MemoryFiles(mounts);
  }

  synchronized EngineInstance seen() {
    boolean lives = state == State.RUNNING || state == State.PAUSED;
    return new EngineInstance(
        spec.id(),
        state,
        lives ? Optional.of(process) : Optional.empty(),
        Optional.ofNullable(exitCode),
        memoryExceeded,
        Optional.ofNullable(started));
  }

  synchronized InstanceSpec spec() {
    return spec;
  }

  synchronized void start(long number, Instant now) {
    if (state == State.RUNNING || state == State.PAUSED) {
      return;
    }
    if (!MemoryCommand.isKnown(spec.command())) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the image has no command " + spec.command());
    }
    state = State.RUNNING;
    process = number;
    started = now;
    exitCode = null;
    memoryExceeded = false;
    int current = ++run;
    if (spec.command().getFirst().equals("tail")) {
      memoryExceeded = true;
      end(KILLED);
      return;
    }
    OutputStream out = new Log();
    try {
      MemoryCommand.run(
              spec.command(),
              surroundings(spec.environment()),
              new MemoryCommand.Streams(InputStream.nullInputStream(), out, out))
          .ifPresent(code -> ended(current, code));
    } catch (IOException e) {
      ended(current, 1);
    }
  }

  /** Its main process ends by itself. */
  synchronized void end(int code) {
    ended(run, code);
  }

  private synchronized void ended(int ofRun, int code) {
    if (run == ofRun && (state == State.RUNNING || state == State.PAUSED)) {
      state = State.EXITED;
      exitCode = code;
      Set.copyOf(sessions).forEach(MemoryExec::close);
      notifyAll();
    }
  }

  synchronized void stop() {
    end(TERMINATED);
  }

  synchronized void pause() {
    requireAlive();
    state = State.PAUSED;
  }

  synchronized void unpause() {
    requireAlive();
    state = State.RUNNING;
  }

  synchronized void resize(InstanceSize size) {
    spec = spec.resized(size);
  }

  synchronized InstanceStatistics statistics() {
    return new InstanceStatistics(
        Duration.ZERO,
        USED,
        spec.size().memory(),
        new ByteSize(0),
        new ByteSize(0),
        new ByteSize(0),
        new ByteSize(0),
        1 + sessions.size());
  }

  MemoryFiles files() {
    return files;
  }

  synchronized ExecSession exec(ExecRequest request) {
    requireRunning();
    Map<String, String> environment = new HashMap<>(spec.environment());
    environment.putAll(request.environment());
    MemoryExec session = new MemoryExec(request, surroundings(environment));
    sessions.add(session);
    session.start();
    return session;
  }

  synchronized PortConnection connect(int port) {
    requireRunning();
    MemoryCommand.Server server =
        MemoryCommand.server(spec.command())
            .filter(listening -> listening.port() == port)
            .orElseThrow(() ->
                new ZansocException(ErrorCode.UNREACHABLE, "nothing listens on port " + port));
    return new MemoryConnection(server.status(), spec.name());
  }

  synchronized InputStream logs(boolean follow, int tailLines, Optional<Instant> since) {
    byte[] all = log.toByteArray();
    int first =
        written.entrySet().stream()
            .filter(piece -> since.filter(from -> piece.getValue().isBefore(from)).isPresent())
            .mapToInt(Map.Entry::getKey)
            .max()
            .orElse(0);
    int from = all.length;
    if (tailLines < 0) {
      from = 0;
    } else if (tailLines > 0) {
      int lines = 0;
      from = all.length - 1;
      while (from >= 0 && !(all[from] == '\n' && lines++ == tailLines)) {
        from--;
      }
      from++;
    }
    return new LogReader(Math.max(first, from), follow);
  }

  private MemoryCommand.Surroundings surroundings(Map<String, String> environment) {
    return new MemoryCommand.Surroundings(environment, spec.name(), files, new AtomicReference<>());
  }

  private void requireAlive() {
    if (state != State.RUNNING && state != State.PAUSED) {
      throw notRunning();
    }
  }

  private void requireRunning() {
    if (state != State.RUNNING) {
      throw notRunning();
    }
  }

  private ZansocException notRunning() {
    return new ZansocException(
        ErrorCode.CONFLICT, "instance %s does not run, it is %s".formatted(spec.id(), state));
  }

  private synchronized void forget(MemoryExec session) {
    sessions.remove(session);
  }

  private final class Log extends OutputStream {
    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      synchronized (MemoryInstance.this) {
        log.write(from, offset, length);
        written.put(log.size(), clock.instant());
        MemoryInstance.this.notifyAll();
      }
    }
  }

  private final class LogReader extends InputStream {
    private final boolean follow;
    private int position;

    LogReader(int position, boolean follow) {
      this.position = position;
      this.follow = follow;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      synchronized (MemoryInstance.this) {
        while (position >= log.size() && follow && state == State.RUNNING) {
          try {
            MemoryInstance.this.wait();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
          }
        }
        int count = Math.min(length, log.size() - position);
        if (count <= 0) {
          return -1;
        }
        System.arraycopy(log.toByteArray(), position, into, offset, count);
        position += count;
        return count;
      }
    }
  }

  /** A command beside the first. */
  private final class MemoryExec implements ExecSession {
    private final BytePipe stdin = new BytePipe();
    private final BytePipe stdout = new BytePipe();
    private final BytePipe stderr = new BytePipe();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final ExecRequest request;
    private final MemoryCommand.Surroundings around;

    MemoryExec(ExecRequest request, MemoryCommand.Surroundings around) {
      this.request = request;
      this.around = around;
      request.terminal().ifPresent(around.terminal()::set);
    }

    void start() {
      Thread.ofVirtual().name("memory-exec").start(this::run);
    }

    private void run() {
      try {
        MemoryCommand.run(
                request.command(),
                around,
                new MemoryCommand.Streams(stdin.input(), stdout.output(), stderr.output()))
            .ifPresent(this::end);
      } catch (IOException e) {
        end(1);
      }
    }

    private void end(int code) {
      exit.complete(code);
      forget(this);
      closeQuietly(stdin.input());
      closeQuietly(stdout.output());
      closeQuietly(stderr.output());
    }

    @Override
    public OutputStream stdin() {
      return stdin.output();
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
      if (request.terminal().isPresent()) {
        around.terminal().set(size);
      }
    }

    @Override
    public int awaitExit() throws InterruptedException {
      try {
        return exit.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      end(KILLED);
    }
  }

  /** A server that sends back what comes, or answers a request with a status and its name. */
  private static final class MemoryConnection implements PortConnection {
    private final BytePipe in = new BytePipe();
    private final BytePipe out = new BytePipe();

    MemoryConnection(int status, String name) {
      Thread.ofVirtual().name("memory-server").start(() -> serve(status, name));
    }

    private void serve(int status, String name) {
      try (OutputStream answers = out.output();
          InputStream requests = in.input()) {
        if (status == 0) {
          requests.transferTo(answers);
          return;
        }
        int ends = 0;
        while (ends < 2) {
          int next = requests.read();
          if (next < 0) {
            return;
          }
          ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
        }
        answers.write(
            "HTTP/1.1 %d Status\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(status, name.length(), name)
                .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // The other side has hung up.
      }
    }

    @Override
    public InputStream input() {
      return out.input();
    }

    @Override
    public OutputStream output() {
      return in.output();
    }

    @Override
    public void shutdownOutput() {
      closeQuietly(in.output());
    }

    @Override
    public void close() {
      closeQuietly(in.output());
      closeQuietly(out.input());
    }
  }

  /** The ends of pipes close without a failure. */
  private static void closeQuietly(AutoCloseable end) {
    try {
      end.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
