package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.ExecStart;
import cloud.zansoc.compute.api.FilesStart;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.api.LogsStart;
import cloud.zansoc.compute.api.PortStart;
import cloud.zansoc.compute.api.StatsStart;
import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens streams to instances, wherever they are; docs/format/instance-streams.md. All methods throw
 * as {@link HostStreams#open}. Thread-safe.
 */
public final class InstanceStreams {
  /** How long a host may take to say that it serves a stream. */
  public static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final int MOST_USAGE_BYTES = 16 << 10;

  private final HostStreams hosts;

  /** Streams over the connections of {@code hosts}. */
  public InstanceStreams(HostStreams hosts) {
    this.hosts = hosts;
  }

  /** Starts a command; {@link cloud.zansoc.compute.api.ExecFrame}s go both ways. */
  public ControlStream exec(
      Place place,
      List<String> command,
      Map<String, String> environment,
      Optional<TerminalSize> terminal) {
    ExecStart start = new ExecStart(place.instance(), command, environment, terminal);
    return open(place, ExecStart.STREAM, start);
  }

  /** Connects to a port. */
  public ControlStream port(Place place, int port) {
    return open(place, PortStart.STREAM, new PortStart(place.instance(), port));
  }

  /** Reads what it has written; see {@link LogsStart}. */
  public ControlStream logs(Place place, boolean follow, int tailLines, Optional<Instant> since) {
    return open(place, LogsStart.STREAM, new LogsStart(place.instance(), follow, tailLines, since));
  }

  /** Asks what it uses. */
  public InstanceUsage usage(Place place) {
    try (ControlStream stream = open(place, StatsStart.STREAM, new StatsStart(place.instance()))) {
      return Json.read(stream.input().readNBytes(MOST_USAGE_BYTES), InstanceUsage.class);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "%s was not measured: %s; try again".formatted(place, e.getMessage()),
          e);
    }
  }

  /** Unpacks a tar archive in a folder. */
  public ControlStream filesIn(Place place, String folder) {
    return open(place, FilesStart.IN_STREAM, new FilesStart(place.instance(), folder));
  }

  /** Packs a file or folder as a tar archive. */
  public ControlStream filesOut(Place place, String path) {
    return open(place, FilesStart.OUT_STREAM, new FilesStart(place.instance(), path));
  }

  private ControlStream open(Place place, String name, Object request) {
    return hosts.open(place.host(), name, Json.write(request), TIMEOUT);
  }
}
