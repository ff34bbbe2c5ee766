package cloud.zansoc.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.volumes.HostVolumes;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.HostStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an agent says of itself in its data folder: status.json, written every few seconds.
 *
 * @param pid of the agent's process
 * @param lastHeartbeat when the hub asked last
 * @param load what was answered then
 * @param listening where clients reach it directly
 * @param missing what instances here cannot have, and why; none where that is nothing
 * @param volumes of instances here
 */
public record AgentStatus(
    State state,
    long pid,
    Optional<Instant> lastHeartbeat,
    Optional<HostStatus> load,
    Optional<HostAddress> listening,
    Optional<String> missing,
    List<HostVolumes.Kept> volumes) {
  public AgentStatus {
    volumes = List.copyOf(volumes);
  }

  /** What the agent does. */
  public enum State {
    /** No agent runs in this folder. */
    STOPPED,
    /** It has not heard its hub yet. */
    STARTING,
    /** Its hub asks for it. */
    CONNECTED,
    /** It has not heard its hub for a while, and dials. */
    DISCONNECTED
  }

  /**
   * What the agent of {@code folder} said last; STOPPED where none runs, whatever it said.
   *
   * @throws ZansocException INTERNAL where the file cannot be read
   */
  public static AgentStatus read(HostFolder folder) {
    try {
      AgentStatus status = Json.read(Files.readAllBytes(folder.status()), AgentStatus.class);
      return AgentLock.isHeld(folder) ? status : status.stopped();
    } catch (NoSuchFileException e) {
      return new AgentStatus(
          State.STOPPED,
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of());
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "%s cannot be read: %s".formatted(folder.status(), e.getMessage()),
          e);
    }
  }

  AgentStatus stopped() {
    return new AgentStatus(State.STOPPED, pid, lastHeartbeat, load, listening, missing, volumes);
  }

  void write(HostFolder folder) throws IOException {
    AtomicFile.write(folder.status(), Json.pretty(this) + "\n");
  }
}
