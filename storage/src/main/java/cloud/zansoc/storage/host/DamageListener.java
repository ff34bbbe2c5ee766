package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;

/**
 * Hears of damage, once for each finding. Called on threads of the store and of its callers, never
 * under a lock; must return soon and must not throw.
 */
public interface DamageListener {
  /** A block of {@code shard} that was durable can no longer be read as it was written. */
  void damaged(ShardId shard, Digest digest);

  /**
   * Bytes of a log file are no records any more, and nothing tells which blocks they were.
   *
   * @param file the log file's name
   */
  void unreadable(String file, long offset, long bytes);
}
