package cloud.zansoc.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How an agent's process is started again later, by a service manager or a local cloud. */
public final class LaunchCommand {
  private static final String FLAGS_FILE = "agent.jvm";
  private static final String LAUNCHER_VARIABLE = "ZANSOC_LAUNCHER";

  private LaunchCommand() {}

  /** The JVM flags that keep an idle agent below 120 MiB: the resource {@code agent.jvm}. */
  public static List<String> jvmFlags() {
    return jvmFlags(LaunchCommand.class, FLAGS_FILE);
  }

  /** The lines of a resource in the form of a {@code java @file}, without its comments. */
  public static List<String> jvmFlags(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The command that runs the agent of {@code folder}: by the launcher that started this program,
   * where it says so in the environment variable ZANSOC_LAUNCHER, else by this JVM and class path.
   */
  public static List<String> of(HostFolder folder) {
    return of(folder, Optional.ofNullable(System.getenv(LAUNCHER_VARIABLE)));
  }

  static List<String> of(HostFolder folder, Optional<String> launcher) {
    List<String> command = new ArrayList<>();
    if (launcher.isPresent()) {
      command.add(launcher.get());
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmFlags());
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add("cloud.zansoc.cli.Main");
    }
    command.addAll(List.of("host", "run", "--data", folder.path().toString()));
    return command;
  }
}
