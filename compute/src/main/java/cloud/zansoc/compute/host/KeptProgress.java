package cloud.zansoc.compute.host;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the instances were a few seconds ago: what they were seen as, and how long they have run.
 * What of it is lost is lost to the host, which is paid for less.
 *
 * @param heard when the hub was heard last
 * @param replacedAfter how long it waits for a silent host
 */
record KeptProgress(
    int version,
    Optional<Instant> heard,
    Optional<Duration> replacedAfter,
    List<InstanceStatus> instances) {
  static final String FILE = "progress.json";
  private static final int VERSION = 1;
  private static final Logger LOG = LoggerFactory.getLogger(KeptProgress.class);

  KeptProgress {
    instances = List.copyOf(instances);
  }

  KeptProgress(Instant heard, Optional<Duration> replacedAfter, List<InstanceStatus> instances) {
    this(VERSION, Optional.of(heard), replacedAfter, instances);
  }

  Map<InstanceId, InstanceStatus> byId() {
    return instances.stream().collect(Collectors.toMap(InstanceStatus::id, Function.identity()));
  }

  void write(DurableFiles files) throws IOException {
    files.write(FILE, Json.write(this));
  }

  /** What was written last; nothing where there is none, or it cannot be read. */
  static KeptProgress read(DurableFiles files) {
    Path file = files.folder().resolve(FILE);
    try {
      if (Files.exists(file)) {
        KeptProgress progress = Json.read(Files.readAllBytes(file), KeptProgress.class);
        if (progress.version() == VERSION) {
          return progress;
        }
        LOG.warn("{} is of version {}, and is not used", file, progress.version());
      }
    } catch (IOException | ZansocException e) {
      LOG.warn(
          "{} cannot be read: what instances have run before counts as 0 ({})",
          file,
          e.getMessage());
    }
    return new KeptProgress(VERSION, Optional.empty(), Optional.empty(), List.of());
  }
}
