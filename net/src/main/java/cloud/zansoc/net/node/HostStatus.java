package cloud.zansoc.net.node;

import java.util.Optional;

/**
 * What a host answers to each heartbeat order.
 *
 * @param storedBytes blocks kept
 * @param freeBytes what may still be stored: the least of capacity and free disk above the reserve
 * @param cpuPercent of the machine, 0 to 100
 * @param memoryUsedBytes of the machine
 * @param bytesIn received since the agent started
 * @param bytesOut sent since the agent started
 * @param accepting false while paused, out of schedule, draining or full
 * @param reason why it does not accept, or empty
 * @param compute what it lends for computing; none where it only stores
 */
public record HostStatus(
    String version,
    long storedBytes,
    long freeBytes,
    long blocks,
    double cpuPercent,
    long memoryUsedBytes,
    long bytesIn,
    long bytesOut,
    int instances,
    boolean accepting,
    String reason,
    Optional<ComputeOffer> compute) {
  /** The same with another offer. */
  public HostStatus offering(Optional<ComputeOffer> other) {
    return new HostStatus(
        version,
        storedBytes,
        freeBytes,
        blocks,
        cpuPercent,
        memoryUsedBytes,
        bytesIn,
        bytesOut,
        instances,
        accepting,
        reason,
        other);
  }
}
