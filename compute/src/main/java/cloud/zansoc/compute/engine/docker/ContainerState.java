package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.EngineInstance.State;
import cloud.zansoc.compute.engine.InstanceStatistics;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.BlkioStatEntry;
import com.github.dockerjava.api.model.BlkioStatsConfig;
import com.github.dockerjava.api.model.CpuUsageConfig;
import com.github.dockerjava.api.model.MemoryStatsConfig;
import com.github.dockerjava.api.model.StatisticNetworksConfig;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StatsConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an engine says of a container, in the words of {@link EngineInstance}. */
final class ContainerState {
  private ContainerState() {}

  static EngineInstance of(InstanceId id, InspectContainerResponse container, boolean local) {
    InspectContainerResponse.ContainerState seen = container.getState();
    State state = state(seen);
    boolean alive = state == State.RUNNING || state == State.PAUSED;
    boolean ended = state == State.EXITED;
    return new EngineInstance(
        id,
        state,
        Optional.ofNullable(seen.getPidLong()).filter(pid -> local && alive && pid > 0),
        Optional.ofNullable(seen.getExitCodeLong()).filter(code -> ended).map(Long::intValue),
        ended && Boolean.TRUE.equals(seen.getOOMKilled()),
        instant(seen.getStartedAt()));
  }

  private static State state(InspectContainerResponse.ContainerState seen) {
    if (Boolean.TRUE.equals(seen.getPaused())) {
      return State.PAUSED;
    }
    if (Boolean.TRUE.equals(seen.getRunning())) {
      return State.RUNNING;
    }
    return switch (String.valueOf(seen.getStatus())) {
      // The last two are Podman's.
      case "created", "configured", "initialized" -> State.CREATED;
      default -> State.EXITED;
    };
  }

  /** Engines write year 1 for "never". */
  private static Optional<Instant> instant(@Nullable String text) {
    if (text == null || text.startsWith("0001-")) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  static InstanceStatistics statistics(Statistics seen) {
    Collection<StatisticNetworksConfig> networks =
        seen.getNetworks() == null ? List.of() : seen.getNetworks().values();
    MemoryStatsConfig memory = seen.getMemoryStats();
    CpuUsageConfig cpu = seen.getCpuStats().getCpuUsage();
    return new InstanceStatistics(
        Duration.ofNanos(number(cpu == null ? null : cpu.getTotalUsage())),
        new ByteSize(Math.max(0, number(memory.getUsage()) - droppable(memory.getStats()))),
        new ByteSize(number(memory.getLimit())),
        total(networks, StatisticNetworksConfig::getRxBytes),
        total(networks, StatisticNetworksConfig::getTxBytes),
        blocks(seen.getBlkioStats(), "read"),
        blocks(seen.getBlkioStats(), "write"),
        Math.toIntExact(number(seen.getPidsStats().getCurrent())));
  }

  /** The page cache that nobody has used for a while: of control groups version 1, else 2. */
  private static long droppable(@Nullable StatsConfig stats) {
    if (stats == null) {
      return 0;
    }
    Long first = stats.getTotalInactiveFile();
    return number(first == null ? stats.getInactiveFile() : first);
  }

  private static ByteSize total(
      Collection<StatisticNetworksConfig> networks,
      Function<StatisticNetworksConfig, @Nullable Long> count) {
    return new ByteSize(networks.stream().mapToLong(x -> number(count.apply(x))).sum());
  }

  /** Engines write "Read" or "read", by the version of control groups. */
  private static ByteSize blocks(@Nullable BlkioStatsConfig disks, String operation) {
    List<BlkioStatEntry> entries =
        disks == null || disks.getIoServiceBytesRecursive() == null
            ? List.of()
            : disks.getIoServiceBytesRecursive();
    return new ByteSize(
        entries.stream()
            .filter(entry -> operation.equalsIgnoreCase(entry.getOp()))
            .mapToLong(entry -> number(entry.getValue()))
            .sum());
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
