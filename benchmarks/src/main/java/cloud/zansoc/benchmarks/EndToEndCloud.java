package cloud.zansoc.benchmarks;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/**
 * The cloud that {@code benchmarks/end-to-end} measures: a hub and hosts on free ports, with a
 * profile logged in. Prints "ready SECONDS HOSTS" when all hosts are, and stops and removes
 * everything when its standard input ends.
 */
public final class EndToEndCloud {
  private EndToEndCloud() {}

  /** Arguments: the folder, and how many hosts. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int hosts = Integer.parseInt(arguments[1]);
    LocalCloud.Settings settings =
        new LocalCloud.Settings(hosts, ByteSize.ofGibibytes(20), freePort(), freePort(), List.of());
    LocalCloud cloud = new LocalCloud(folder.resolve("cloud"), settings);
    try {
      long start = System.nanoTime();
      cloud.startHub();
      cloud.startHosts();
      double seconds = (System.nanoTime() - start) / 1e9;
      cloud.login(new Profile(folder.resolve("profile")), "benchmark");
      System.out.printf("ready %.1f %d%n", seconds, cloud.nodes().size());
      while (System.in.read() >= 0) {
        // Until the script closes its end.
      }
    } finally {
      cloud.remove();
    }
  }

  private static HostAddress freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostAddress("127.0.0.1", socket.getLocalPort());
    }
  }
}
