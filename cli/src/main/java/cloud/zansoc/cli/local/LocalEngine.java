package cloud.zansoc.cli.local;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.docker.AddressTranslation;
import cloud.zansoc.compute.network.Programs;
import cloud.zansoc.host.ComputingCheck.Findings;
import cloud.zansoc.host.Engines;
import cloud.zansoc.host.HostConfiguration.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The engine of a local cloud: the machine's own Docker or Podman where one answers, otherwise a
 * dockerd with folders, socket and addresses of its own, which ends with the cloud. All hosts of
 * the cloud share it; each sees only its own instances.
 *
 * <p>The dockerd sets no firewall, since a second one would take away the rules of the first: the
 * agents keep instances apart, and {@link AddressTranslation} lets them out.
 */
final class LocalEngine {
  private static final String DAEMON = "dockerd";

  /** The longest path that a socket of this family can have on Linux, in bytes. */
  private static final int LONGEST_SOCKET_PATH = 107;

  /** Of all that are in the folder, the one with the longest path. */
  private static final String DEEPEST_SOCKET = "exec/containerd/containerd.sock.ttrpc";

  /** dockerd takes networks of 62 instances from it, those that overlap no route of the machine. */
  private static final String POOL = "10.213.0.0/16";

  private static final int NETWORK_BITS = 26;

  private final Path folder;
  private final LocalProcess process;

  /**
   * @param cloud the local cloud's folder
   */
  LocalEngine(Path cloud) {
    this.folder = cloud.resolve("engine");
    this.process = new LocalProcess("engine", cloud.resolve("run"));
  }

  /** What came of starting. */
  sealed interface Start {
    /**
     * An engine runs instances.
     *
     * @param address as in {@link Compute}
     */
    record Ready(URI address) implements Start {}

    /**
     * None does.
     *
     * @param why and what to do, in one line
     */
    record None(String why) implements Start {}
  }

  /** Finds an engine, or starts one. */
  Start start() {
    Optional<URI> own = running();
    if (own.isPresent()) {
      return new Start.Ready(own.get());
    }
    if (!isRoot()) {
      return new Start.None(
          "it takes root, for the firewall around instances%s: run this with sudo"
              .formatted(
                  Programs.find(DAEMON).isEmpty()
                      ? ", and Docker (apt-get install docker.io)"
                      : ""));
    }
    Findings found = Engines.check(Engines.NOBODY, Compute.DEFAULT_ENGINE);
    return switch (found) {
      case Findings.Possible any -> new Start.Ready(Compute.DEFAULT_ENGINE);
      case Findings.Impossible(String why) ->
          Programs.find(DAEMON).map(this::startOwn).orElseGet(() -> new Start.None(why));
    };
  }

  private Start startOwn(Path program) {
    requireShortPath();
    run(program);
    Findings found = Engines.check(Engines.NOBODY, address());
    return switch (found) {
      case Findings.Possible any -> new Start.Ready(address());
      case Findings.Impossible(String why) -> {
        stop();
        yield new Start.None(why);
      }
    };
  }

  private void requireShortPath() {
    Path deepest = folder.resolve(DEEPEST_SOCKET);
    if (deepest.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the path of a socket of the engine, %s, would be longer than %d bytes: use a shorter --profile, or --no-compute"
              .formatted(deepest, LONGEST_SOCKET_PATH));
    }
  }

  private void run(Path program) {
    Path configuration = folder.resolve("daemon.json");
    try {
      Files.createDirectories(folder);
      Files.writeString(configuration, "{}\n"); // Not the machine's.
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
    String name = translation();
    process.run(
        List.of(
            program.toString(),
            "--config-file=" + configuration,
            "--host=unix://" + socket(),
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + folder.resolve("docker.pid"),
            "--containerd-namespace=" + name,
            "--containerd-plugins-namespace=" + name + "-plugins",
            "--bridge=none",
            "--iptables=false",
            "--default-address-pool=base=" + POOL + ",size=" + NETWORK_BITS,
            "--log-level=warn"));
    process.await(() -> answers(socket()));
    new AddressTranslation(name, POOL).set();
  }

  /** The name of this engine's own rules: another cloud of this machine has others. */
  private String translation() {
    String digest =
        Digest.sha256(folder.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8))
            .toString();
    return "zansoc-" + digest.substring(0, 12);
  }

  /** The address of one of its own, if it runs. */
  Optional<URI> running() {
    return process.handle().map(_ -> address());
  }

  /** The process of its own, where there has been one. */
  Optional<LocalProcess> process() {
    return Files.isDirectory(folder) ? Optional.of(process) : Optional.empty();
  }

  /** Ends an engine of its own; its images and instances stay on the disk. */
  void stop() {
    if (process().isEmpty()) {
      return;
    }
    process.stop();
    // Ctrl+C may have ended the engine before this.
    new AddressTranslation(translation(), POOL).remove();
    // What a killed one has left; a folder that is removed must hold nothing mounted.
    for (Path mount : mountsBelow(folder)) {
      unmount(mount);
    }
  }

  private Path socket() {
    return folder.resolve("docker.sock");
  }

  private URI address() {
    return URI.create("unix://" + socket());
  }

  private static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static List<Path> mountsBelow(Path folder) {
    Path mounts = Path.of("/proc/self/mounts");
    try {
      return Files.exists(mounts)
          ? Files.readAllLines(mounts).stream()
              .map(line -> Path.of(line.split(" ", 3)[1].replace("\\040", " ")))
              .filter(mount -> mount.startsWith(folder.toAbsolutePath()))
              .sorted(Comparator.reverseOrder())
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unmount(Path mount) {
    try {
      new ProcessBuilder("umount", "--lazy", mount.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unmount " + mount, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
