package cloud.zansoc.host.join;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.LaunchCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Runs agents as systemd services. Blocking. */
public final class SystemdService {
  private final Path unitFolder;
  private final Systemctl systemctl;

  /** Runs {@code systemctl} with arguments; UNSUPPORTED with its words where it fails. */
  @FunctionalInterface
  public interface Systemctl {
    /** Runs it to its end. */
    void run(String... arguments);
  }

  public SystemdService(Path unitFolder, Systemctl systemctl) {
    this.unitFolder = unitFolder;
    this.systemctl = systemctl;
  }

  /** The system's own, where systemd manages it and this user may install services. */
  public static Optional<SystemdService> ofSystem() {
    // /run/systemd/system is what sd_booted(3) looks for.
    boolean there = Files.isDirectory(Path.of("/run/systemd/system"));
    boolean root = System.getProperty("user.name", "").equals("root");
    return there && root
        ? Optional.of(
            new SystemdService(Path.of("/etc/systemd/system"), SystemdService::runSystemctl))
        : Optional.empty();
  }

  /**
   * Installs, enables and (re)starts the service of the host in {@code folder}.
   *
   * @return the unit's name
   */
  public String install(HostConfiguration configuration, HostFolder folder) {
    String name = SystemdUnit.name(configuration);
    Path unit = unitFolder.resolve(name);
    try {
      Files.writeString(unit, SystemdUnit.text(configuration, folder, LaunchCommand.of(folder)));
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "%s cannot be written (%s): join with --foreground".formatted(unit, e.getMessage()),
          e);
    }
    systemctl.run("daemon-reload");
    systemctl.run("enable", name);
    systemctl.run("restart", name);
    return name;
  }

  /** Stops and removes the service, if there is one. */
  public void remove(HostConfiguration configuration) {
    String name = SystemdUnit.name(configuration);
    Path unit = unitFolder.resolve(name);
    if (!Files.exists(unit)) {
      return;
    }
    systemctl.run("disable", "--now", name);
    try {
      Files.delete(unit);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "%s cannot be removed: %s".formatted(unit, e.getMessage()), e);
    }
    systemctl.run("daemon-reload");
  }

  private static void runSystemctl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("systemctl"));
    command.addAll(Arrays.asList(arguments));
    String text = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exit = process.waitFor();
      if (exit != 0) {
        throw new ZansocException(
            ErrorCode.UNSUPPORTED,
            "'%s' ended with %d (%s): look at 'journalctl -e', or join with --foreground"
                .formatted(text, exit, said));
      }
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "'" + text + "' cannot be run: join with --foreground", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "'" + text + "' was interrupted", e);
    }
  }
}
