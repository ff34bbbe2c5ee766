package cloud.zansoc.compute.api;

import cloud.zansoc.base.InstanceId;
import java.time.Instant;
import java.util.Optional;

/**
 * Opens a stream of what an instance has written to its outputs, as it wrote it.
 *
 * @param follow whether the stream goes on with what it writes from now, until it ends
 * @param tailLines at most how many of the last lines; negative: all that are kept
 * @param since only what it wrote from then on, by its host's clock
 */
public record LogsStart(
    InstanceId instance, boolean follow, int tailLines, Optional<Instant> since) {
  /** The stream's name. */
  public static final String STREAM = "logs";
}
