package cloud.zansoc.compute.network;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Nebula's program, running with the configuration in one folder: at most one process, which
 * outlives this program and is found again by the next. Nothing runs by itself: whoever owns this
 * looks after it with {@link #isRunning} and {@link #start}. Not thread-safe.
 */
public final class NebulaProcess {
  private static final String PROCESS = "nebula.pid";
  private static final String LOG = "nebula.log";
  private static final long LOG_BYTES = 1L << 20;
  private static final long STOP_SECONDS = 5;

  private final Path folder;

  public NebulaProcess(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /**
   * Writes what the folder is to hold, which is made where it is missing (mode 0700).
   *
   * @return whether anything of it is new
   */
  public boolean configure(List<NebulaConfiguration.Part> parts) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      boolean changed = false;
      for (NebulaConfiguration.Part part : parts) {
        changed |= write(folder.resolve(part.name()), part.text());
      }
      return changed;
    } catch (IOException e) {
      throw failure("its configuration cannot be written", e);
    }
  }

  private static boolean write(Path file, String text) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return false;
    }
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, text, StandardOpenOption.WRITE);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /** Its number, if it runs. */
  public Optional<Long> process() {
    try {
      long number = Long.parseLong(Files.readString(folder.resolve(PROCESS)).strip());
      // A number that the system has given to another process since has another command line.
      String command = Files.readString(Path.of("/proc", Long.toString(number), "cmdline"));
      return command.contains(configuration()) ? Optional.of(number) : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether it runs. */
  public boolean isRunning() {
    return process().isPresent();
  }

  /**
   * Starts it, if it does not run.
   *
   * @param command Nebula's program and what goes before it, such as nsenter with its options; each
   *     must become the next by exec
   */
  public void start(List<String> command) {
    if (isRunning()) {
      return;
    }
    // The process writes its own number before it becomes Nebula: were this program to die in
    // between, its successor would still find it.
    List<String> full =
        new ArrayList<>(
            List.of(
                "setsid",
                "sh",
                "-c",
                "echo $$ > \"$1\" && shift && exec \"$@\"",
                configuration(),
                folder.resolve(PROCESS).toString()));
    full.addAll(command);
    full.addAll(List.of("-config", configuration()));
    try {
      Files.deleteIfExists(folder.resolve(PROCESS));
      new ProcessBuilder(full)
          .directory(folder.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(LOG).toFile()))
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .start();
    } catch (IOException e) {
      throw failure("it cannot be started", e);
    }
  }

  /** Has it read its configuration again, if it runs. */
  public void reload() {
    process().ifPresent(number -> signal("HUP", number));
  }

  /** Ends it, if it runs, and waits for its end. */
  public void stop() {
    process()
        .flatMap(ProcessHandle::of)
        .ifPresent(handle -> {
          handle.destroy();
          try {
            handle.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
          } catch (java.util.concurrent.CompletionException slow) {
            handle.destroyForcibly();
          }
        });
  }

  /** Ends it and deletes its folder. */
  public void remove() {
    stop();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (NoSuchFileException gone) {
      return;
    } catch (IOException e) {
      throw failure("its folder cannot be deleted", e);
    }
  }

  /** Drops what it has written, when that is long; the last line of it, for people. */
  public String lastWords() {
    Path log = folder.resolve(LOG);
    try {
      if (!Files.exists(log)) {
        return "";
      }
      if (Files.size(log) > LOG_BYTES) {
        Files.write(log, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
      }
      return Files.readString(log, StandardCharsets.ISO_8859_1)
          .lines()
          .reduce((first, second) -> second)
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private void signal(String name, long number) {
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, number))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      kill.waitFor();
    } catch (IOException e) {
      throw failure("it cannot be told to read its configuration", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String configuration() {
    return folder.resolve(NebulaConfiguration.FILE).toString();
  }

  private ZansocException failure(String what, IOException cause) {
    return new ZansocException(
        ErrorCode.INTERNAL,
        "nebula in %s: %s (%s)".formatted(folder, what, cause.getMessage()),
        cause);
  }
}
