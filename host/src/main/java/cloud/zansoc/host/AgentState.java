package cloud.zansoc.host;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.node.HostSettings;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.storage.host.BlockStore;
import cloud.zansoc.storage.host.HostBlockService;
import cloud.zansoc.storage.host.StoreTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent knows of itself: what its owner and its hub want, and how it fares. Applies both
 * to what serves blocks. Thread-safe; one lock guards every field.
 */
final class AgentState {
  private static final Duration SILENCE = Duration.ofSeconds(35);
  private static final Duration SKEW_WORTH_A_WARNING = Duration.ofSeconds(30);
  private static final long FULL_BELOW_BYTES = 64L << 20;
  private static final Logger LOG = LoggerFactory.getLogger(AgentState.class);

  private final HostFolder folder;
  private final String version;
  private final Serving serving;
  private final Gate gate;
  private final Clock clock;
  private final SystemLoad load = new SystemLoad(Path.of("/proc"));

  private @Nullable FileTime applied;
  private @Nullable Instant lastHeartbeat;
  private @Nullable HostStatus lastStatus;
  private @Nullable HostAddress listening;
  private @Nullable Computing computing;
  private boolean skewed;

  /** What serves blocks, within the owner's limits. */
  record Serving(BlockStore store, HostBlockService blocks, BandwidthLimit bandwidth) {}

  /**
   * @param clock with the machine's time zone
   */
  AgentState(HostFolder folder, String version, Serving serving, Clock clock) {
    this.folder = folder;
    this.version = version;
    this.serving = serving;
    this.clock = clock;
    this.gate = new Gate(clock, Schedule.ALWAYS);
    refresh();
  }

  Gate gate() {
    return gate;
  }

  synchronized void listening(HostAddress address) {
    listening = address;
  }

  /** From now on it also runs instances. */
  synchronized void computing(Computing instances) {
    computing = instances;
  }

  synchronized Optional<Computing> computing() {
    return Optional.ofNullable(computing);
  }

  /** A heartbeat: obeys the hub's wishes and tells how the host fares. */
  synchronized HostStatus beat(HostSettings settings) {
    lastHeartbeat = clock.instant();
    compareClocks(settings);
    gate.obey(settings);
    computing().ifPresent(instances -> instances.beat(settings));
    refresh();
    HostStatus status = status();
    lastStatus = status;
    return status;
  }

  /** Applies changes of the configuration's file and of the hour. */
  synchronized void refresh() {
    Path file = folder.configuration();
    try {
      FileTime written = Files.getLastModifiedTime(file);
      if (!written.equals(applied)) {
        apply(HostConfigurationFile.read(file));
        applied = written;
      }
    } catch (IOException | ZansocException e) {
      LOG.warn("the configuration stays as it was: {}", e.getMessage());
    }
    gate.closed()
        .ifPresentOrElse(
            reason -> serving.blocks.refuse("it is " + reason), serving.blocks::accept);
  }

  private void apply(HostConfiguration configuration) {
    gate.schedule(configuration.offer().schedule());
    serving.store.setCapacity(configuration.offer().capacity());
    serving.bandwidth.setUp(configuration.network().upLimit());
    serving.bandwidth.setDown(configuration.network().downLimit());
    configuration
        .compute()
        .ifPresent(lent -> computing().ifPresent(instances -> instances.lend(lent)));
    LOG.info(
        "lends {} at these hours: {}; limits: {} up, {} down",
        configuration.offer().capacity(),
        configuration.offer().schedule(),
        configuration.network().upLimit().map(rate -> rate + "/s").orElse("none"),
        configuration.network().downLimit().map(rate -> rate + "/s").orElse("none"));
  }

  private HostStatus status() {
    StoreTotals totals = serving.store.totals();
    String reason = refusal(totals);
    return new HostStatus(
        version,
        totals.storedBytes(),
        totals.freeBytes(),
        totals.blocks(),
        load.cpuPercent(),
        load.memoryUsed(),
        serving.blocks.bytesIn(),
        serving.blocks.bytesOut(),
        computing().map(Computing::instances).orElse(0),
        reason.isEmpty(),
        reason,
        computing().map(Computing::offer));
  }

  private String refusal(StoreTotals totals) {
    return gate.closed()
        .or(serving.store::readOnlyReason)
        .or(() -> totals.freeBytes() < FULL_BELOW_BYTES ? Optional.of("full") : Optional.empty())
        .orElse("");
  }

  private void compareClocks(HostSettings settings) {
    Duration skew = Duration.between(Instant.ofEpochMilli(settings.nowMillis()), clock.instant());
    boolean far = skew.abs().compareTo(SKEW_WORTH_A_WARNING) > 0;
    if (far && !skewed) {
      LOG.warn(
          "this machine's clock is {} s {} the hub's: set it by NTP, or permits will be refused",
          skew.abs().toSeconds(),
          skew.isNegative() ? "behind" : "ahead of");
    }
    skewed = far;
  }

  /** For {@code host status}. */
  synchronized AgentStatus snapshot() {
    return new AgentStatus(
        connection(),
        ProcessHandle.current().pid(),
        Optional.ofNullable(lastHeartbeat),
        Optional.ofNullable(lastStatus),
        Optional.ofNullable(listening),
        computing()
            .map(its -> String.join("; ", its.missing()))
            .filter(missing -> !missing.isEmpty()),
        computing().map(Computing::volumes).orElse(List.of()));
  }

  private AgentStatus.State connection() {
    Instant last = lastHeartbeat;
    if (last == null) {
      return AgentStatus.State.STARTING;
    }
    boolean silent = Duration.between(last, clock.instant()).compareTo(SILENCE) > 0;
    return silent ? AgentStatus.State.DISCONNECTED : AgentStatus.State.CONNECTED;
  }
}
