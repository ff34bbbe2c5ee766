package cloud.zansoc.hub.store;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL for tests: the binaries of Maven Central, unpacked once for each JVM into a
 * temporary folder, listening on loopback until the JVM ends. PostgreSQL refuses to run as root, so
 * that root runs it as "nobody".
 */
public final class PostgresServer {
  private static final int START_SECONDS = 60;
  private static final String NOBODY = "65534";

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final Path folder;
  private final int port;

  private PostgresServer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  private static final class Holder {
    private static final PostgresServer SERVER = start();
  }

  /** The URL of a new, empty database. */
  public static String newDatabase() {
    PostgresServer server = Holder.SERVER;
    String name = "test" + DATABASES.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(server.url("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("creating database " + name, e);
    }
    return server.url(name);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=zansoc".formatted(port, database);
  }

  private static PostgresServer start() {
    try {
      Path folder = Files.createTempDirectory("zansoc-postgres");
      int port;
      try (ServerSocket socket = new ServerSocket(0)) {
        port = socket.getLocalPort();
      }
      PostgresServer server = new PostgresServer(folder, port);
      server.unpack();
      Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
      server.run(
          "bin/initdb",
          "-D",
          "data",
          "-U",
          "zansoc",
          "-A",
          "trust",
          "-E",
          "UTF8",
          "--no-locale",
          "-N");
      server.run(
          "bin/pg_ctl",
          "-D",
          "data",
          "-l",
          "log",
          "-w",
          "-t",
          "" + START_SECONDS,
          "-o",
          "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
              .formatted(port),
          "start");
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("starting PostgreSQL", e);
    }
  }

  private void unpack() throws IOException {
    Path archive = folder.resolve("postgres.txz");
    try (InputStream packed =
        PostgresServer.class.getResourceAsStream("/postgres-linux-x86_64.txz")) {
      if (packed == null) {
        throw new IOException("the PostgreSQL binaries are not on the class path");
      }
      Files.copy(packed, archive);
    }
    runAsSelf("tar", "-xJf", archive.toString(), "-C", folder.toString());
    Files.delete(archive);
    if (isRoot()) {
      runAsSelf("chown", "-R", NOBODY + ":" + NOBODY, folder.toString());
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private void run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    command.add(folder.resolve(program).toString());
    command.addAll(List.of(arguments));
    runAsSelf(command.toArray(String[]::new));
  }

  private void runAsSelf(String... command) throws IOException {
    File output = folder.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try {
      if (!process.waitFor(2 * START_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(
            "%s failed: %s".formatted(List.of(command), Files.readString(output.toPath())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void stop() {
    try {
      run("bin/pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop");
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      System.err.println("PostgreSQL was not stopped in " + folder + ": " + e.getMessage());
    }
  }
}
