package cloud.zansoc.compute.engine;

import cloud.zansoc.compute.api.TerminalSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to run in an instance.
 *
 * @param command with its arguments; empty: the instance's login shell
 * @param terminal the size of its terminal; none: it has no terminal, and two separate outputs
 */
public record ExecRequest(
    List<String> command, Map<String, String> environment, Optional<TerminalSize> terminal) {
  public ExecRequest {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
