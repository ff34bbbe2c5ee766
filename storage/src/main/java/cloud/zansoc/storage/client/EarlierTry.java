package cloud.zansoc.storage.client;

import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.VersionView;
import java.util.ArrayList;
import java.util.HashMap;
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

  /** A pack whose blocks some hosts may have: its files, in order. */
  record Sent(int number, ShardId shard, List<SentFile> files) {}

  /**
   * A file of such a pack.
   *
   * @param noted what its key was drawn for
   */
  record SentFile(FileToStore file, Key256 key, BatchJournal.Source noted) {}

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
    Map<String, String> newest = newestVersions(done);
    for (BatchJournal.Earlier pack : done) {
      for (int i = 0; i < pack.members().size(); i++) {
        BatchJournal.Source source = pack.members().get(i).source();
        if (pack.versions().get(i).equals(newest.get(source.key()))) {
          Optional.ofNullable(open.remove(source)).ifPresent(stored::add);
        }
      }
    }
  }

  /**
   * By key, where an object still has one: objects may have been removed or stored again meanwhile.
   * Of a listing that may be long only the keys noted are kept.
   */
  private Map<String, String> newestVersions(List<BatchJournal.Earlier> done) {
    Set<String> keys = new HashSet<>();
    done.forEach(pack -> pack.members().forEach(member -> keys.add(member.source().key())));
    Map<String, String> newest = new HashMap<>();
    if (keys.isEmpty()) {
      return newest;
    }
    String prefix = PackUpload.commonPrefix(List.copyOf(keys));
    Optional<String> after = Optional.empty();
    do {
      Listing page = hub.list(bucket.name(), prefix, "", after, StorageHub.LARGEST_PAGE);
      for (VersionView object : page.objects()) {
        if (keys.contains(object.key())) {
          newest.put(object.key(), object.versionId());
        }
      }
      after = page.next();
    } while (after.isPresent());
    return newest;
  }

  private void findSent() {
    for (BatchJournal.Earlier pack : noted) {
      if (!pack.isDone() && pack.reserved().isPresent()) {
        ShardId shard = pack.reserved().get();
        List<SentFile> files = filesOf(pack);
        if (files.size() == pack.members().size()) {
          files.forEach(file -> open.remove(file.noted()));
          sent.add(new Sent(pack.number(), shard, files));
        } else {
          release(shard);
        }
      }
    }
  }

  /** Fewer than the pack's members where it cannot go on. */
  private List<SentFile> filesOf(BatchJournal.Earlier pack) {
    Map<BatchJournal.Source, SentFile> files = new LinkedHashMap<>();
    for (BatchJournal.Member member : pack.members()) {
      BatchJournal.Source source = member.source();
      Optional<FileToStore> file = Optional.ofNullable(open.get(source));
      if (file.isPresent() && member.objectKey().isPresent()) {
        files.put(source, new SentFile(file.get(), member.objectKey().get(), source));
      }
    }
    return List.copyOf(files.values());
  }

  /** Without its very files nothing can be made of a pack's blocks. */
  void release(ShardId shard) {
    try {
      hub.release(shard);
    } catch (ZansocException e) {
      // It is over already, or ends by itself.
    }
  }
}
