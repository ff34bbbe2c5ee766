package cloud.zansoc.compute.api;

import cloud.zansoc.base.InstanceId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens a stream to a command that runs in an instance; {@link ExecFrame}s go both ways on it.
 *
 * @param command with its arguments; empty: the instance's login shell
 * @param environment beside the instance's own
 * @param terminal the size of its terminal; none: it has no terminal, and two separate outputs
 */
public record ExecStart(
    InstanceId instance,
    List<String> command,
    Map<String, String> environment,
    Optional<TerminalSize> terminal) {
  /** The stream's name. */
  public static final String STREAM = "exec";

  public ExecStart {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
