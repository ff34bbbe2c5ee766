package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of these tests as a process of its own; ended with this object. */
final class ChildClient implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ChildClient(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ChildClient start(Path log, Class<?> program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    return new ChildClient(builder.redirectOutput(log.toFile()).start(), log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  void requireSuccess() throws IOException, InterruptedException {
    int exit = process.waitFor();
    assertThat(exit).as(Files.readString(log)).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
