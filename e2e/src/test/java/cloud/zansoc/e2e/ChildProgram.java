package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code zansoc} as a process of its own, so that it can be killed; ended with this object. */
final class ChildProgram implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  /** Of every process of a test. */
  static final List<String> JAVA_FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx256m");

  private final Path log;
  private final Process process;

  private ChildProgram(Path log, Process process) {
    this.log = log;
    this.process = process;
  }

  /** Starts {@code zansoc arguments...}, which prints to {@code log}. */
  static ChildProgram start(Path log, String... arguments) {
    return startUnder(List.of(), log, arguments);
  }

  /** Starts it as the argument of another command, such as faketime. */
  static ChildProgram startUnder(List<String> wrapper, Path log, String... arguments) {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("cloud.zansoc.cli.Main");
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      return new ChildProgram(log, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it printed until now. */
  String printed() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end; its exit code. */
  int exit() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(printed()).isTrue();
    return process.exitValue();
  }

  /** Ends it as a power cut would: kill -9. */
  void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    kill();
  }
}
