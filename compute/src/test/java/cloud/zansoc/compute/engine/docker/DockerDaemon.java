package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real dockerd in a network namespace of its own, with folders, socket and containerd of its own:
 * nothing of the machine changes. Where there is mkfs.btrfs its data lie on such a file system in a
 * file, which enforces sizes of root file systems. Closing it leaves nothing behind; what a killed
 * run has left is removed by the next one.
 */
public final class DockerDaemon implements AutoCloseable {
  private static final String PREFIX = "zansoc-dockerd-";
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
  private static final int START_SECONDS = 60;
  private static final String DISK_BYTES = "6G";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;
  private final Path folder;
  private final boolean limitsDisk;
  private @Nullable Process process;

  private DockerDaemon(String name, boolean limitsDisk) {
    this.name = name;
    this.folder = TEMPORARY.resolve(name);
    this.limitsDisk = limitsDisk;
  }

  private static final class Holder {
    private static final DockerDaemon SHARED = start();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(SHARED::close));
    }
  }

  /** One for all tests of this JVM; the test is skipped, with one line, where it cannot run. */
  public static DockerDaemon shared() {
    assumePossible("dockerd", "ip", "nsenter");
    return Holder.SHARED;
  }

  /** One of its own, to be closed, with further options of dockerd. */
  public static DockerDaemon start(String... options) {
    assumePossible("dockerd", "ip", "nsenter");
    sweep();
    String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    DockerDaemon daemon = new DockerDaemon(name, isInstalled("mkfs.btrfs"));
    try {
      daemon.launch(options);
      return daemon;
    } catch (RuntimeException | IOException e) {
      String log = daemon.log();
      daemon.close();
      throw new IllegalStateException("dockerd did not start:\n" + log, e);
    }
  }

  /** Skips the test where this is not Linux as root with these programs. */
  static void assumePossible(String... programs) {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "skipped: an engine of the test's own takes root");
    for (String program : programs) {
      Assumptions.assumeTrue(
          isInstalled(program),
          "skipped: there is no " + program + " here ('./zansoc test' as root installs it)");
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }

  private void launch(String... options) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    if (limitsDisk) {
      Path disk = folder.resolve("disk");
      run("truncate", "-s", DISK_BYTES, disk.toString());
      run("mkfs.btrfs", "-q", disk.toString());
      run("mount", "-o", "loop", disk.toString(), folder.resolve("data").toString());
    }
    run("ip", "netns", "add", name);
    run("ip", "-n", name, "link", "set", "lo", "up");
    List<String> command =
        new ArrayList<>(
            List.of(
                "nsenter",
                "--net=/run/netns/" + name,
                "dockerd",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=unix://" + socket(),
                "--config-file=" + folder.resolve("none.json"),
                "--storage-driver=" + (limitsDisk ? "btrfs" : "overlay2")));
    Files.writeString(folder.resolve("none.json"), "{}");
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    awaitSocket(process);
  }

  private void awaitSocket(Process started) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("it does not answer at " + socket());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private boolean answers() {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Where it listens. */
  public Path socket() {
    return folder.resolve("docker.sock");
  }

  /** The address for {@link DockerSettings}. */
  public String address() {
    return "unix://" + socket();
  }

  /** The name of its network namespace, as {@code ip netns} knows it. */
  public String namespace() {
    return name;
  }

  /** What runs a program in its network namespace. */
  public List<String> inNamespace() {
    return List.of("nsenter", "--net=/run/netns/" + name);
  }

  /** Whether it enforces sizes of root file systems. */
  public boolean limitsDisk() {
    return limitsDisk;
  }

  /** What it has written. */
  public String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    if (process != null) {
      stop(process);
    }
    sweep(folder, name);
  }

  /** It ends its containers first. */
  private static void stop(Process dockerd) {
    List<ProcessHandle> children = dockerd.descendants().toList();
    dockerd.destroy();
    try {
      if (!dockerd.waitFor(30, TimeUnit.SECONDS)) {
        dockerd.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** Removes what runs of this class have left whose JVM is gone. */
  private static void sweep() {
    try (Stream<Path> folders = Files.list(TEMPORARY)) {
      for (Path left : folders.filter(DockerDaemon::isLeft).toList()) {
        sweep(left, left.getFileName().toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLeft(Path folder) {
    String[] parts = folder.getFileName().toString().split("-", -1);
    return folder.getFileName().toString().startsWith(PREFIX)
        && parts.length == 4
        && ProcessHandle.of(Long.parseLong(parts[2])).isEmpty();
  }

  /** Ends what runs in a folder, and removes its mounts, its network namespace and itself. */
  static void sweep(Path folder, String namespace) {
    killWhatHolds(folder);
    for (Path mount : mountsBelow(folder)) {
      tryRun("umount", "--lazy", mount.toString());
    }
    tryRun("ip", "netns", "delete", namespace);
    tryRun("rm", "-rf", "--one-file-system", folder.toString());
  }

  /** Daemons and shims have the folder in their arguments. */
  private static void killWhatHolds(Path folder) {
    ProcessHandle.allProcesses()
        .filter(x -> commandLine(x).contains(folder + "/"))
        .filter(x -> x.pid() != ProcessHandle.current().pid())
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Path> mountsBelow(Path folder) {
    try {
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .map(line -> Path.of(line.split(" ", 3)[1]))
          .filter(mount -> mount.startsWith(folder))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program of the system; what it wrote. */
  public static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(List.of(command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Optional<String> tryRun(String... command) {
    try {
      return Optional.of(run(command));
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }
}
