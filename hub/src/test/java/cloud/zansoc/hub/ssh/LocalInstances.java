package cloud.zansoc.hub.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.ExecFrame;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.compute.api.ExecStart;
import cloud.zansoc.compute.api.PortStart;
import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.StreamHandler;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A host whose instances are folders of this machine: commands are real processes, with real
 * terminals (by Python's pty), ports are those of the loopback.
 */
final class LocalInstances implements StreamHandler {
  private static final int CHUNK_BYTES = 64 << 10;

  /** Runs its arguments on a terminal; SIGUSR1 sets the size that is in its first argument. */
  private static final String ON_A_TERMINAL =
      """
      import fcntl, os, pty, select, signal, struct, sys, termios
      size, command = sys.argv[1], sys.argv[2:]
      pid, terminal = pty.fork()
      if pid == 0:
          signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
          os.execvp(command[0], command)
      def resize(*_):
          columns, rows = map(int, open(size).read().split())
          fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
      signal.signal(signal.SIGUSR1, resize)
      resize()
      reading = [0, terminal]
      while True:
          ready, _, _ = select.select(reading, [], [])
          if 0 in ready:
              data = os.read(0, 65536)
              if data: os.write(terminal, data)
              else: reading.remove(0)
          if terminal in ready:
              try: data = os.read(terminal, 65536)
              except OSError: break
              if not data: break
              os.write(1, data)
      code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
      sys.exit(code if code >= 0 else 128 - code)
      """;

  private final Path root;
  private final boolean withSftpServer;

  /**
   * @param root the home of what runs in instances
   * @param withSftpServer whether the "image" has an sftp-server, as this machine has
   */
  LocalInstances(Path root, boolean withSftpServer) {
    this.root = root;
    this.withSftpServer = withSftpServer;
  }

  @Override
  public void handle(String name, byte[] request, ControlStream stream) {
    try {
      switch (name) {
        case ExecStart.STREAM -> exec(Json.read(request, ExecStart.class), stream);
        case PortStart.STREAM -> port(Json.read(request, PortStart.class), stream);
        default -> throw new ZansocException(ErrorCode.UNSUPPORTED, "no stream " + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void exec(ExecStart start, ControlStream stream)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    Path size = Files.createTempFile("terminal", "");
    if (start.terminal().isPresent()) {
      write(size, start.terminal().get());
      command.addAll(List.of("python3", "-c", ON_A_TERMINAL, size.toString()));
    }
    command.addAll(start.command().isEmpty() ? List.of("/bin/sh") : start.command());
    if (!withSftpServer) {
      command.replaceAll(word -> word.replace("sftp-server", "no-such-server"));
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().putAll(start.environment());
    builder.environment().put("HOME", root.toString());
    builder.environment().remove("LC_ALL");
    Process process = builder.start();
    try {
      serve(process, size, stream);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(size);
    }
  }

  private static void serve(Process process, Path size, ControlStream stream)
      throws IOException, InterruptedException {
    ExecFrames.Writer writer = new ExecFrames.Writer(stream.output());
    InputStream in = stream.input();
    Thread.ofVirtual().start(() -> receive(process, size, in));
    Thread errors =
        Thread.ofVirtual()
            .start(() -> quietly(() -> send(process.getErrorStream(), writer::stderr)));
    send(process.getInputStream(), writer::stdout);
    errors.join();
    writer.exit(process.waitFor());
  }

  /** What the hub says; when it has left, the process ends. */
  private static void receive(Process process, Path size, InputStream in) {
    OutputStream stdin = process.getOutputStream();
    ExecFrames.Reader reader = new ExecFrames.Reader(in);
    try {
      for (Optional<ExecFrame> next = reader.next(); next.isPresent(); next = reader.next()) {
        switch (next.get()) {
          case ExecFrame.Stdin bytes -> quietly(() -> give(stdin, bytes.bytes()));
          case ExecFrame.EndOfStdin _ -> quietly(stdin::close);
          case ExecFrame.Resize resize -> {
            write(size, resize.size());
            new ProcessBuilder("kill", "-USR1", Long.toString(process.pid())).start().waitFor();
          }
          case ExecFrame.Stdout _, ExecFrame.Stderr _, ExecFrame.Exit _ ->
              throw new IllegalStateException("not for the hub to say");
        }
      }
    } catch (IOException e) {
      endUnlessItEnds(process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void give(OutputStream stdin, byte[] bytes) throws IOException {
    stdin.write(bytes);
    stdin.flush();
  }

  private static void endUnlessItEnds(Process process) {
    try {
      if (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void port(PortStart start, ControlStream stream)
      throws IOException, InterruptedException {
    Socket socket;
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), start.port());
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "nothing listens on port " + start.port() + " of the instance", e);
    }
    try (socket) {
      InputStream in = stream.input();
      Thread sending =
          Thread.ofVirtual()
              .start(() ->
                  quietly(() -> {
                    in.transferTo(socket.getOutputStream());
                    socket.shutdownOutput();
                  }));
      socket.getInputStream().transferTo(stream.output());
      stream.output().close();
      sending.join();
    }
  }

  private static void write(Path file, TerminalSize size) throws IOException {
    Files.writeString(file, size.columns() + " " + size.rows());
  }

  private interface Sink {
    void take(byte[] bytes, int offset, int count) throws IOException;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void send(InputStream from, Sink to) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
      to.take(chunk, 0, count);
    }
  }

  private static void quietly(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      // The other side has left, and the whole stream learns of it.
    }
  }
}
