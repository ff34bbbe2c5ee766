package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real Podman service with folders, socket and network namespace of its own; see DockerDaemon.
 */
final class PodmanService implements AutoCloseable {
  private static final int START_SECONDS = 30;

  private final String name = "zansoc-podman-" + ProcessHandle.current().pid();
  private final Path folder = Path.of(System.getProperty("java.io.tmpdir"), name);
  private final Process process;

  private PodmanService() throws IOException {
    Files.createDirectories(folder);
    DockerDaemon.run("ip", "netns", "add", name);
    DockerDaemon.run("ip", "-n", name, "link", "set", "lo", "up");
    process =
        new ProcessBuilder(
                List.of(
                    "nsenter",
                    "--net=/run/netns/" + name,
                    "podman",
                    "--root=" + folder.resolve("root"),
                    "--runroot=" + folder.resolve("run"),
                    "--tmpdir=" + folder.resolve("tmp"),
                    "--network-config-dir=" + folder.resolve("networks"),
                    "--cgroup-manager=cgroupfs",
                    "--storage-driver=overlay",
                    "--events-backend=file",
                    "system",
                    "service",
                    "--time=0",
                    address()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
  }

  /** Starts one; the test is skipped, with one line, where it cannot run. */
  static PodmanService start() {
    DockerDaemon.assumePossible("podman", "ip", "nsenter");
    try {
      PodmanService service = new PodmanService();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (!Files.exists(service.folder.resolve("podman.sock"))) {
        if (!service.process.isAlive() || System.nanoTime() > deadline) {
          String log = Files.readString(service.folder.resolve("log"));
          service.close();
          throw new IllegalStateException("podman did not start:\n" + log);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      return service;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "unix://" + folder.resolve("podman.sock");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    DockerDaemon.sweep(folder, name);
  }
}
