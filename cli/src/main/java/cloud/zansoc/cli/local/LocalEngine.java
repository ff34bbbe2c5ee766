package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Docker engine of a local cloud: the machine's own where one answers, otherwise a dockerd with
 * a data folder of its own, which ends with the cloud. All hosts of the cloud share it; each sees
 * only its own instances.
 */
final class LocalEngine {
  /** The longest path that a socket of this family can have on Linux, in bytes. */
  private static final int LONGEST_SOCKET_PATH = 107;

  private static final Path SYSTEM_SOCKET = Path.of("/var/run/docker.sock");

  private final Path folder;
  private final LocalProcess process;

  /**
   * @param cloud the local cloud's folder
   */
  LocalEngine(Path cloud) {
    this.folder = cloud.resolve("engine");
    this.process = process(cloud);
  }

  /** The engine's process in a local cloud's folder. */
  static LocalProcess process(Path cloud) {
    return new LocalProcess("engine", cloud.resolve("run"));
  }

  /**
   * Finds or starts an engine.
   *
   * @return its address; none where this machine has none, and none can be started
   */
  Optional<String> start() {
    if (process.handle().isEmpty() && answers(SYSTEM_SOCKET)) {
      return Optional.of(address(SYSTEM_SOCKET));
    }
    if (process.handle().isEmpty()) {
      Optional<Path> program = program();
      if (program.isEmpty() || !isRoot()) {
        return Optional.empty();
      }
      run(program.get());
    }
    return Optional.of(address(socket()));
  }

  /** What to say where {@link #start} found none. */
  static String howToGetOne() {
    return program().isPresent()
        ? "no Docker engine answers here: start one, or run this as root"
        : "no Docker engine is installed: sudo apt-get install docker.io";
  }

  private void run(Path program) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
    if (socket().toString().length() > LONGEST_SOCKET_PATH) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the path of the engine's socket, %s, is longer than %d characters: use a shorter --profile"
              .formatted(socket(), LONGEST_SOCKET_PATH));
    }
    process.run(
        List.of(
            program.toString(),
            "--host=unix://" + socket(),
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + folder.resolve("docker.pid"),
            "--bridge=none",
            "--log-level=warn"));
    process.await(() -> answers(socket()));
  }

  private Path socket() {
    return folder.resolve("docker.sock");
  }

  private static String address(Path socket) {
    return "unix://" + socket;
  }

  private static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Path> program() {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
            Stream.of("/usr/sbin", "/usr/local/sbin"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "dockerd"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
