package cloud.zansoc.hub.endpoint;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Ports that were drawn because any free one would do, in a file of the data folder: a hub that
 * starts again has the same, as long as they are free, so that addresses stay. Not thread-safe.
 */
final class KeptPorts {
  private static final String FILE = "endpoint-ports.properties";

  private static final int TRIED = 100;

  private final Path file;
  private final Properties ports = new Properties();

  KeptPorts(Path dataFolder) {
    this.file = dataFolder.resolve(FILE);
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        ports.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new ZansocException(
            ErrorCode.DAMAGED, "cannot read " + file + "; remove it, and ports are drawn anew", e);
      }
    }
  }

  /**
   * Listens on a port.
   *
   * @param port 0 for the kept one; else the usual one, one of those after it, or any
   * @param listen on a port, 0 for any; gives back which
   */
  int open(String name, int port, int usual, IntUnaryOperator listen) {
    if (port != 0) {
      return listen.applyAsInt(port);
    }
    OptionalInt kept =
        IntStream.concat(IntStream.of(kept(name)), IntStream.range(usual, usual + TRIED))
            .filter(any -> any != 0)
            .flatMap(any -> tried(any, listen).stream())
            .findFirst();
    int drawn = kept.orElseGet(() -> listen.applyAsInt(0));
    if (drawn != kept(name)) {
      keep(name, drawn);
    }
    return drawn;
  }

  private static OptionalInt tried(int port, IntUnaryOperator listen) {
    try {
      return OptionalInt.of(listen.applyAsInt(port));
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.CONFLICT) {
        throw e;
      }
      return OptionalInt.empty();
    }
  }

  private void keep(String name, int drawn) {
    ports.setProperty(name, Integer.toString(drawn));
    try (Writer writer = Files.newBufferedWriter(file)) {
      ports.store(writer, "Ports that were drawn; remove this file to draw others.");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep ports in " + file, e);
    }
  }

  private int kept(String name) {
    try {
      int port = Integer.parseInt(ports.getProperty(name, "0"));
      return port > 0 && port <= 65_535 ? port : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
