package cloud.zansoc.storage.api;

import cloud.zansoc.base.ShardId;
import java.time.Instant;
import java.util.List;

/**
 * Hosts for one new segment, with PUT permits. GET /v1/segments/reservations/{shard} gives it again
 * with fresh permits to a client that resumes. What is not committed before {@code expires} is
 * dropped by hub and hosts.
 *
 * @param commit how many positions must be durable in full
 * @param slots one for each position that has a host: n of them, or when hosts are short at least
 *     {@code commit}; repair adds the rest
 */
public record Reservation(
    ShardId shard, int k, int n, int commit, List<Slot> slots, Instant expires) {
  public Reservation {
    slots = List.copyOf(slots);
  }
}
