package cloud.zansoc.storage.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.format.Permit;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Signs permits with the hub's key. Thread-safe if its random generator is.
 *
 * @param random for serial numbers; must not be guessable, since a permit is named by its bytes
 */
public record PermitIssuer(PeerId hub, PrivateKey key, Clock clock, RandomGenerator random) {
  /**
   * A permit from now until {@code expires}.
   *
   * @param maxBytes of blocks, in all
   */
  public Permit.Signed issue(Scope scope, long maxBytes, Instant expires) {
    return new Permit(
            hub,
            scope.host,
            scope.client,
            scope.shard,
            scope.action,
            maxBytes,
            clock.instant(),
            expires,
            random.nextLong())
        .sign(key);
  }

  /** Who may do what, where. */
  public record Scope(PeerId host, PeerId client, ShardId shard, Permit.Action action) {}
}
