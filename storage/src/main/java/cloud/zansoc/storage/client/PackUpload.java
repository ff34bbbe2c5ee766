package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.CommitRequest;
import cloud.zansoc.storage.api.CommitRequest.SegmentCommit;
import cloud.zansoc.storage.api.CommitRequest.VersionCommit;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.Reservation;
import cloud.zansoc.storage.api.ReserveRequest;
import cloud.zansoc.storage.api.VersionView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Stores packs: each as one segment, and all its files in one commit. What a pack needs to go on in
 * another process is in the journal before its first block is sent. Thread-safe.
 */
final class PackUpload {
  private final TransferContext context;
  private final Manifests manifests;
  private final BucketView bucket;
  private final BatchJournal journal;
  private final TransferProgress progress;

  PackUpload(
      TransferContext context,
      Manifests manifests,
      BucketView bucket,
      BatchJournal journal,
      TransferProgress progress) {
    this.context = context;
    this.manifests = manifests;
    this.bucket = bucket;
    this.journal = journal;
    this.progress = progress;
  }

  /** Stores a pack that was never tried. */
  void store(Pack pack) {
    if (!pack.members().isEmpty()) {
      int number = journal.begin(pack.members().stream().map(Pack.Member::noted).toList());
      store(pack, new Places(pack, number, Optional.empty()));
    }
  }

  /**
   * Stores a pack that was tried, of the same bytes under the same keys: what its hosts have is not
   * sent again.
   *
   * @param shard that was reserved for it
   */
  void resume(Pack pack, int number, ShardId shard) {
    Optional<Reservation> open = context.hub().resumable(shard);
    if (open.isEmpty() && isCommitted(pack)) {
      progress.moved(pack.length());
    } else {
      store(pack, new Places(pack, number, open));
    }
  }

  /** A commit holds for all members or for none, and its answer may have been lost. */
  private boolean isCommitted(Pack pack) {
    Pack.Member first = pack.members().getFirst();
    return manifests.newest(bucket, first.source().key(), first.key()).isPresent();
  }

  private void store(Pack pack, Places places) {
    try {
      Optional<SegmentSender.Sent> sent = Optional.empty();
      if (pack.length() > 0) {
        SegmentSender sender = new SegmentSender(context, pack, 0, pack.length(), progress);
        sent = Optional.of(sender.send(places::next));
      }
      List<VersionView> stored = commit(pack, sent);
      journal.done(places.number, stored.stream().map(VersionView::versionId).toList());
    } catch (InterruptedException e) {
      throw Failures.interrupted("storing small files", e);
    } catch (ZansocException e) {
      // Otherwise the reservation is kept, so that the same batch may go on with what was sent.
      if (e.code() == ErrorCode.CONFLICT || e.code() == ErrorCode.NOT_FOUND) {
        places.release(e);
      }
      throw e;
    }
  }

  private List<VersionView> commit(Pack pack, Optional<SegmentSender.Sent> sent) {
    Digest segment = sent.map(ready -> ready.index().id()).orElse(new Digest(0, 0, 0, 0));
    List<SegmentCommit> segments = sent.map(SegmentSender.Sent::commit).stream().toList();
    return context.hub().commit(new CommitRequest(segments, versions(pack, segment)));
  }

  private List<VersionCommit> versions(Pack pack, Digest segment) {
    Predicate<String> mayExist = mayExist(pack);
    List<VersionCommit> versions = new ArrayList<>();
    for (Pack.Member member : pack.members()) {
      NewObject target = member.file().target();
      String key = target.address().key();
      Optional<Digest> previous =
          mayExist.test(key) ? manifests.newest(bucket, key) : Optional.empty();
      versions.add(manifests.seal(bucket, target, member.content(segment), previous));
    }
    return versions;
  }

  /** Which keys may have a version already: one listing instead of a question for each key. */
  private Predicate<String> mayExist(Pack pack) {
    List<String> keys =
        pack.members().stream().map(member -> member.file().target().address().key()).toList();
    String prefix = commonPrefix(keys);
    Listing page =
        context.hub().list(bucket.name(), prefix, "", Optional.empty(), StorageHub.LARGEST_PAGE);
    if (page.next().isPresent()) {
      return key -> true;
    }
    Set<String> there = new HashSet<>();
    page.objects().stream().map(VersionView::key).forEach(there::add);
    return there::contains;
  }

  /** What all keys begin with, of which there is at least one. */
  static String commonPrefix(List<String> keys) {
    String prefix = keys.getFirst();
    for (String key : keys) {
      int same = 0;
      while (same < Math.min(prefix.length(), key.length())
          && prefix.charAt(same) == key.charAt(same)) {
        same++;
      }
      prefix = prefix.substring(0, same);
    }
    boolean half =
        !prefix.isEmpty() && Character.isHighSurrogate(prefix.charAt(prefix.length() - 1));
    return half ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  /**
   * Where one pack may go: to the hosts of an earlier try first, then to others. For one thread.
   */
  private final class Places {
    private final Pack pack;
    private final int number;
    private Optional<Reservation> earlier;
    private Optional<ShardId> last;

    Places(Pack pack, int number, Optional<Reservation> earlier) {
      this.pack = pack;
      this.number = number;
      this.earlier = earlier;
      this.last = earlier.map(Reservation::shard);
    }

    SegmentSender.Place next() {
      if (earlier.isPresent()) {
        Reservation resumed = earlier.get();
        earlier = Optional.empty();
        return new SegmentSender.Place(resumed, true);
      }
      Reservation reservation =
          context.hub().reserve(new ReserveRequest(bucket.name(), pack.length()));
      last = Optional.of(reservation.shard());
      journal.reserved(number, reservation.shard());
      return new SegmentSender.Place(reservation, false);
    }

    /** Gives back what is reserved; a failure of that is added to {@code why}. */
    void release(ZansocException why) {
      try {
        last.ifPresent(context.hub()::release);
      } catch (ZansocException e) {
        why.addSuppressed(e);
      }
    }
  }
}
