package cloud.zansoc.cli;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.cli.local.JavaFlags;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/**
 * The runs that the launcher records into the JDK's AOT caches when it builds, so that each program
 * later starts with its classes loaded and knows which methods are hot.
 *
 * <p>{@code cloud} starts a small local cloud whose hub and first host record themselves, prints
 * "ready", and stops it when its input ends. Against it run {@code plain}, the commands that must
 * feel instant, and {@code blocks}, those that move blocks.
 */
final class Training {
  private static final int HOSTS = 3;
  private static final int FILE_BYTES = 96 << 20;
  private static final int ROUNDS = 2;

  /** What a command in an instance that is not there ends with. */
  private static final int NO_INSTANCE = 255;

  private final Path profile;

  private Training(Path profile) {
    this.profile = profile;
  }

  /** Arguments: cloud FOLDER CACHES, plain FOLDER, or blocks FOLDER. Throws where a step fails. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    Training training = new Training(folder.resolve("profile"));
    switch (arguments[0]) {
      case "cloud" -> training.cloud(folder.resolve("cloud"), Path.of(arguments[2]));
      case "plain" -> training.plain(folder);
      case "blocks" -> training.blocks(folder);
      default -> throw new IllegalArgumentException("no training " + arguments[0]);
    }
    System.exit(0);
  }

  private void cloud(Path folder, Path caches) throws IOException {
    LocalCloud.Settings settings =
        new LocalCloud.Settings(
            HOSTS, ByteSize.ofGibibytes(1), freeAddress(), freeAddress(), List.of());
    // An agent loads all of its cache, so that the cache is of one that only runs: it has joined.
    try (LocalCloud joining = new LocalCloud(folder, settings, JavaFlags.NONE)) {
      joining.startHub();
      joining.startHosts();
      joining.stop();
    }
    LocalCloud cloud = new LocalCloud(folder, settings, new JavaFlags(Optional.of(caches), true));
    try {
      cloud.startHub();
      cloud.startHosts();
      cloud.login(new Profile(profile), "training");
      System.out.println("ready");
      while (System.in.read() >= 0) {
        // Until the launcher closes its end.
      }
    } finally {
      cloud.remove();
    }
  }

  private void plain(Path folder) throws IOException {
    run("--version");
    run("--help");
    run("bucket", "create", "plain", "--scheme=2/3", option());
    for (int round = 1; round <= ROUNDS; round++) {
      run("whoami", option());
      run("ls", option());
      run("ls", "zs://plain", option());
      run("ls", "--json", option());
      run("node", "ls", option());
      run("deployment", "ls", option());
      run("instance", "ls", option());
      // Nothing lends computing here: what is loaded until that is said makes the difference.
      ends(
          ErrorCode.NOT_ENOUGH_HOSTS.exitCode(),
          "deploy",
          "--name=a",
          "--image=a",
          "--dry-run",
          option());
      ends(NO_INSTANCE, "exec", "-T", option(), "none", "--", "true");
      try (TrainingChain chain = TrainingChain.start()) {
        chain.pay(folder.resolve("wallet-%d.json".formatted(round)));
      }
    }
  }

  private void blocks(Path folder) throws IOException {
    byte[] bytes = new byte[FILE_BYTES];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("file"), bytes);
    run("bucket", "create", "blocks", "--scheme=2/3", option());
    for (int round = 1; round <= ROUNDS; round++) {
      run("cp", file.toString(), "zs://blocks/file", option());
      run("cp", "zs://blocks/file", folder.resolve("copy").toString(), option());
    }
  }

  private String option() {
    return "--profile=" + profile;
  }

  private static void run(String... arguments) {
    ends(0, arguments);
  }

  private static void ends(int wanted, String... arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    int exit = Main.run(new Terminal(nowhere, System.err, OptionalInt.empty()), arguments);
    if (exit != wanted) {
      throw new IllegalStateException(String.join(" ", arguments) + " ended with " + exit);
    }
  }

  private static HostAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostAddress("127.0.0.1", socket.getLocalPort());
    }
  }
}
