package cloud.zansoc.storage.client;

import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.VersionView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Divides a batch's files by what an earlier try of it has left: stored and unchanged since, part
 * of a pack that was sent and not committed, or neither. For one thread.
 */
final class EarlierTry {
  private final StorageHub hub;
  private final BucketView bucket;
  private final List<BatchJournal.Earlier> noted;
  // What is neither; by what the files are now.
  private final Map<BatchJournal.Source, FileToStore> open = new LinkedHashMap<>();
  private final List<FileToStore> rest = new ArrayList<>();
  private final List<FileToStore> stored = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();

  /** A pack whose blocks some hosts may have: its files, in order, with their keys. */
  record Sent(int number, ShardId shard, List<FileToStore> files, List<Key256> keys) {}

  EarlierTry(
      StorageHub hub,
      BucketView bucket,
      List<BatchJournal.Earlier> noted,
      List<FileToStore> files) {
    this.hub = hub;
    this.bucket = bucket;
    this.noted = noted;
    if (noted.isEmpty()) {
      rest.addAll(files);
    } else {
      files.forEach(this::lookAt);
      findStored();
      findSent();
      rest.addAll(open.values());
    }
  }

  /** Stored by the earlier try, and still what their keys stand for. */
  List<FileToStore> stored() {
    return stored;
  }

  /** Packs that can go on. */
  List<Sent> sent() {
    return sent;
  }

  /** All the others. */
  List<FileToStore> rest() {
    return rest;
  }

  /** A file that cannot be looked at is tried, so that it is reported. */
  private void lookAt(FileToStore file) {
    try {
      open.put(BatchJournal.Source.of(file), file);
    } catch (ZansocException e) {
      rest.add(file);
    }
  }

  private void findStored() {
    List<BatchJournal.Earlier> done = noted.stream().filter(BatchJournal.Earlier::isDone).toList();
    Set<String> newest = newestVersions(done);
    for (BatchJournal.Earlier pack : done) {
      for (int i = 0; i < pack.members().size(); i++) {
        if (newest.contains(pack.versions().get(i))) {
          Optional.ofNullable(open.remove(pack.members().get(i).source())).ifPresent(stored::add);
        }
      }
    }
  }

  /** Their objects may have been removed or stored again meanwhile. */
  private Set<String> newestVersions(List<BatchJournal.Earlier> done) {
    List<String> keys =
        done.stream()
            .flatMap(pack -> pack.members().stream())
            .map(member -> member.source().key())
            .toList();
    Set<String> newest = new HashSet<>();
    if (!keys.isEmpty()) {
      hub.listAll(bucket.name(), PackUpload.commonPrefix(keys)).stream()
          .map(VersionView::versionId)
          .forEach(newest::add);
    }
    return newest;
  }

  private void findSent() {
    for (BatchJournal.Earlier pack : noted) {
      if (pack.isDone() || pack.reserved().isEmpty()) {
        continue;
      }
      if (pack.members().stream().allMatch(member -> open.containsKey(member.source()))) {
        sent.add(takeOut(pack, pack.reserved().get()));
      } else {
        release(pack.reserved().get());
      }
    }
  }

  private Sent takeOut(BatchJournal.Earlier pack, ShardId shard) {
    List<FileToStore> files = new ArrayList<>();
    List<Key256> keys = new ArrayList<>();
    for (BatchJournal.Member member : pack.members()) {
      Optional.ofNullable(open.remove(member.source())).ifPresent(files::add);
      member.objectKey().ifPresent(keys::add);
    }
    return new Sent(pack.number(), shard, files, keys);
  }

  /** Without its very files nothing can be made of a pack's blocks. */
  private void release(ShardId shard) {
    try {
      hub.release(shard);
    } catch (ZansocException e) {
      // It is over already, or ends by itself.
    }
  }
}
