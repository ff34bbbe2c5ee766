package cloud.zansoc.compute.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of this machine. */
public final class Programs {
  private Programs() {}

  /**
   * Where a program is, by the variable PATH; none where it is not installed. Directories of
   * administration programs are looked into as well, which the PATH of many users lacks.
   */
  public static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Stream.of(path.split(":", -1)).filter(its -> its.startsWith("/")),
            Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/sbin", "/bin"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
