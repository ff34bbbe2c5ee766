package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * One program of a local cloud, remembered in a file, so that a later command finds it again. A
 * process is only ever ended if its start time is the one that was remembered.
 *
 * @param name such as "hub" or "host-07"
 * @param folder holds NAME.pid and NAME.log
 */
public record LocalProcess(String name, Path folder) {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(300);

  /** Starts {@code zansoc arguments...} in the background. */
  public void start(List<String> javaFlags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("cloud.zansoc.cli.Main");
    command.addAll(arguments);
    run(command);
  }

  /** Starts a program in the background. */
  void run(List<String> command) {
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
      builder.environment().remove("ZANSOC_STDERR");
      builder.environment().remove("ZANSOC_TERMINAL");
      ProcessHandle handle = builder.start().toHandle();
      Files.writeString(pidFile(), handle.pid() + " " + startedAt(handle).toEpochMilli());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /**
   * Waits until the process does what it was started for.
   *
   * @throws ZansocException UNREACHABLE where it ended, TIMED_OUT; with what it printed
   */
  void await(BooleanSupplier isReady) {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!isReady.getAsBoolean()) {
      if (handle().isEmpty()) {
        throw new ZansocException(
            ErrorCode.UNREACHABLE, name + " ended while starting; it printed:\n" + tail());
      }
      if (System.nanoTime() > deadline) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT,
            name
                + " is not ready after %d s; it printed:\n".formatted(START_TIMEOUT.toSeconds())
                + tail());
      }
      Pause.of(POLL);
    }
  }

  /** The running process, if it still runs. */
  public Optional<ProcessHandle> handle() {
    try {
      String[] words = Files.readString(pidFile()).strip().split(" ", 2);
      long started = Long.parseLong(words[1]);
      return ProcessHandle.of(Long.parseLong(words[0]))
          .filter(ProcessHandle::isAlive)
          .filter(handle -> startedAt(handle).toEpochMilli() == started);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the process to end, and ends it after a while. */
  public void stop() {
    handle()
        .ifPresent(handle -> {
          handle.destroy();
          if (!ended(handle)) {
            handle.destroyForcibly();
          }
        });
    forget();
  }

  /** Ends the process at once, as a power cut would: kill -9. */
  public void kill() {
    ProcessHandle handle =
        handle()
            .orElseThrow(() -> new ZansocException(ErrorCode.NOT_FOUND, name + " is not running"));
    handle.destroyForcibly();
    if (!ended(handle)) {
      throw new ZansocException(ErrorCode.TIMED_OUT, name + " did not end");
    }
    forget();
  }

  /** What the process printed. */
  public Path log() {
    return folder.resolve(name + ".log");
  }

  /** The last lines of the log, for an error message. */
  public String tail() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(no log)";
    }
  }

  private static boolean ended(ProcessHandle handle) {
    try {
      handle.onExit().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Instant startedAt(ProcessHandle handle) {
    return handle.info().startInstant().orElse(Instant.EPOCH);
  }

  private Path pidFile() {
    return folder.resolve(name + ".pid");
  }

  private void forget() {
    try {
      Files.deleteIfExists(pidFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
