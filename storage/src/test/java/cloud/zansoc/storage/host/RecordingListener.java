package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it heard. */
final class RecordingListener implements DamageListener {
  final List<Digest> damaged = new CopyOnWriteArrayList<>();
  final List<String> unreadable = new CopyOnWriteArrayList<>();

  @Override
  public void damaged(ShardId shard, Digest digest) {
    damaged.add(digest);
  }

  @Override
  public void unreadable(String file, long offset, long bytes) {
    unreadable.add(file + "@" + offset + "+" + bytes);
  }
}
