package cloud.zansoc.e2e;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A hub and hosts as processes, in a folder of their own that is removed at the end. */
final class RunningCloud implements AutoCloseable {
  private final Path folder;
  private final LocalCloud cloud;

  private RunningCloud(Path folder, LocalCloud cloud) {
    this.folder = folder;
    this.cloud = cloud;
  }

  /** Starts a cloud; {@code hubValues} as in hub.properties. */
  static RunningCloud start(int hosts, String... hubValues) {
    try {
      Path folder = Files.createTempDirectory("zansoc-e2e-");
      LocalCloud.Settings settings =
          new LocalCloud.Settings(
              hosts, ByteSize.ofGibibytes(4), freePort(), freePort(), List.of(hubValues));
      RunningCloud running =
          new RunningCloud(folder, new LocalCloud(folder.resolve("cloud"), settings));
      try {
        running.cloud.startHub();
        running.cloud.startHosts();
      } catch (RuntimeException e) {
        running.close();
        throw e;
      }
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The processes. */
  LocalCloud cloud() {
    return cloud;
  }

  /** A folder for the test's own files. */
  Path folder() {
    return folder;
  }

  /** The command line of a user who has logged in to this cloud. */
  CommandLine user(String name) {
    Path profile = folder.resolve("profile-" + name);
    cloud.login(new Profile(profile), name);
    return new CommandLine(profile);
  }

  /** The command line of somebody without a login. */
  CommandLine stranger(String name) {
    return new CommandLine(folder.resolve("profile-" + name));
  }

  @Override
  public void close() {
    cloud.remove();
    LocalCloud.deleteTree(folder);
  }

  static HostAddress freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostAddress("127.0.0.1", socket.getLocalPort());
    }
  }
}
