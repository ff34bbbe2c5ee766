package cloud.zansoc.compute.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A hub's place and homes behind NATs of their own, by {@code e2e/testbed/homes}. Closing it leaves
 * nothing behind; what a killed run has left is removed by the next one of that name.
 */
public final class NatHomes implements AutoCloseable {
  /** The address of the hub's place. */
  public static final String HUB = "198.51.100.1";

  private final String name;
  private final Path script;
  private final FileChannel turn;

  private NatHomes(String name, Path script, FileChannel turn) {
    this.name = name;
    this.script = script;
    this.turn = turn;
  }

  /**
   * Builds them; the test is skipped, with one line, where that cannot be.
   *
   * @param name at most six letters, of this test alone
   * @param options of {@code homes up}
   */
  public static NatHomes up(String name, String... options) {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "skipped: homes behind NATs take root");
    for (String program : List.of("ip", "nft", "tc", "gcc", "nsenter", "setpriv", "getent")) {
      Assumptions.assumeTrue(
          Programs.find(program).isPresent(),
          "skipped: there is no " + program + " for homes behind NATs here");
    }
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/net/tun")), "skipped: no /dev/net/tun");
    NatHomes homes = new NatHomes(name, script(), turn(name));
    homes.run("down");
    homes.run(Stream.concat(Stream.of("up"), Arrays.stream(options)).toArray(String[]::new));
    return homes;
  }

  /** Waits until no other run on this machine has homes of that name. */
  private static FileChannel turn(String name) {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "zansoc-homes-" + name + ".lock");
    try {
      FileChannel turn =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      turn.lock();
      return turn;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path script() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("e2e/testbed/homes"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("e2e/testbed/homes is not above " + Path.of(""));
      }
    }
    return folder.resolve("e2e/testbed/homes");
  }

  /** What runs a command in a place by exec: hub, 1, 2 ... */
  public List<String> in(String place) {
    String namespace = place.equals("hub") ? "hub" : "h" + place;
    return List.of("nsenter", "--net=/run/netns/" + name + "-" + namespace);
  }

  /** Cuts the line of a home. */
  public void cut(int home) {
    run("cut", Integer.toString(home));
  }

  /** Mends it. */
  public void mend(int home) {
    run("mend", Integer.toString(home));
  }

  /** Starts a dockerd in a home; its address. */
  public String docker(int home) {
    return run("docker", Integer.toString(home));
  }

  private String run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--name", name));
    Said said = run(command);
    if (said.exit() != 0) {
      throw new IllegalStateException(command + ": " + said.text());
    }
    return said.text();
  }

  @Override
  public void close() {
    try (turn) {
      run("down");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How a command ended, and what it printed. */
  public record Said(int exit, String text) {}

  /** Runs a command to its end. */
  public static Said run(List<String> command) {
    try {
      Path output = Files.createTempFile("zansoc-homes", ".out");
      try {
        // A file: what the command starts in the background would hold a pipe open.
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exit = process.waitFor();
        return new Said(exit, Files.readString(output, StandardCharsets.UTF_8).strip());
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command + " runs", e);
    }
  }

  /** Starts what stands for an instance in a home. */
  public Instance start(int home, Path folder) throws IOException {
    return new Instance(in(Integer.toString(home)), folder);
  }

  /**
   * A process with no privilege at all, with an /etc/hosts of its own mounted as engines do; beside
   * it a web server in the same network.
   */
  public static final class Instance implements AutoCloseable {
    /** Where its server listens. */
    public static final int PORT = 7000;

    private static final String BULK = "bulk";

    /** Some thousand packets. */
    private static final int BULK_BYTES = 3 << 20;

    private final Process process;
    private final Process server;

    private Instance(List<String> place, Path folder) throws IOException {
      Files.createDirectories(folder.resolve("www"));
      Files.write(folder.resolve("www").resolve(BULK), new byte[BULK_BYTES]);
      Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1\tlocalhost\n");
      Path ready = folder.resolve("ready");
      Files.deleteIfExists(ready);
      List<String> command = new ArrayList<>(place);
      command.addAll(
          List.of(
              "unshare",
              "--mount",
              "sh",
              "-c",
              "mount --bind \"$1\" /etc/hosts && touch \"$2\" && exec setpriv --reuid=65534"
                  + " --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all"
                  + " --no-new-privs sleep infinity",
              "instance",
              hosts.toString(),
              ready.toString()));
      process = new ProcessBuilder(command).start();
      List<String> serving = new ArrayList<>(place);
      serving.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString(),
              "-b",
              "0.0.0.0",
              "-p",
              Integer.toString(PORT),
              "-d",
              folder.resolve("www").toAbsolutePath().toString()));
      server =
          new ProcessBuilder(serving)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("server.log").toFile())
              .start();
      while (process.isAlive() && !Files.exists(ready)) {
        Thread.onSpinWait();
      }
    }

    /** Its first process. */
    public long process() {
      return process.pid();
    }

    /** The addresses that a name has inside. */
    public String lookUp(String host) {
      return inside("getent", "hosts", host).text();
    }

    /** Whether the server at a name or address answers within two seconds. */
    public boolean reaches(String host) {
      return get(host, "", 2, "head -1").contains("200 OK");
    }

    /** Whether that server gives some thousand packets within half a minute. */
    public boolean fetches(String host) {
      String bytes = get(host, BULK, 30, "wc -c");
      return bytes.matches("[0-9]+") && Integer.parseInt(bytes) > BULK_BYTES;
    }

    private String get(String host, String path, int seconds, String reader) {
      return inside(
              "timeout",
              Integer.toString(seconds),
              "bash",
              "-c",
              "exec 3<>/dev/tcp/%s/%d && printf 'GET /%s HTTP/1.0\\r\\n\\r\\n' >&3 && %s <&3"
                  .formatted(host, PORT, path, reader))
          .text();
    }

    private Said inside(String... command) {
      List<String> full =
          new ArrayList<>(
              List.of("nsenter", "--target=" + process.pid(), "--net", "--mount", "--"));
      full.addAll(List.of(command));
      return run(full);
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
      server.destroyForcibly().onExit().join();
    }
  }
}
