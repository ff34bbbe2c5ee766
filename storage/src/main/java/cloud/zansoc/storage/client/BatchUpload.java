package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Stores many files into one bucket: small ones packed, a whole pack in one segment and one commit;
 * large ones each as an object of its own. A file that fails is reported, and the others go on.
 * Used once, by one thread.
 */
final class BatchUpload {
  /** How many packs are sent at once; one more is being filled. */
  private static final int PACKS = 2;

  /** How many large files are sent at once. */
  private static final int LARGE_FILES = 4;

  private final TransferContext context;
  private final Manifests manifests;
  private final RandomGenerator random;
  private final BucketView bucket;
  private final BatchListener listener;

  BatchUpload(
      TransferContext context,
      Manifests manifests,
      RandomGenerator random,
      BucketView bucket,
      BatchListener listener) {
    this.context = context;
    this.manifests = manifests;
    this.random = random;
    this.bucket = bucket;
    this.listener = listener;
  }

  /**
   * Stores {@code files}.
   *
   * @param large stores one large file
   */
  void run(List<FileToStore> files, Consumer<FileToStore> large) throws InterruptedException {
    Semaphore packs = new Semaphore(PACKS);
    Semaphore larges = new Semaphore(LARGE_FILES);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (FileToStore file : files) {
          if (file.size() > Pack.MAX_FILE_BYTES) {
            inBackground(threads, larges, () -> attempt(List.of(file), () -> large.accept(file)));
          }
        }
        List<FileToStore> small =
            files.stream().filter(file -> file.size() <= Pack.MAX_FILE_BYTES).toList();
        int next = 0;
        while (next < small.size()) {
          Pack pack = new Pack();
          next = fill(pack, small, next);
          inBackground(threads, packs, () -> store(pack));
        }
        packs.acquire(PACKS);
        larges.acquire(LARGE_FILES);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }

  private static void inBackground(ExecutorService threads, Semaphore places, Runnable work)
      throws InterruptedException {
    places.acquire();
    threads.execute(() -> {
      try {
        work.run();
      } finally {
        places.release();
      }
    });
  }

  /** Fills a pack from {@code next} on; returns the first that did not fit. */
  private int fill(Pack pack, List<FileToStore> small, int next) {
    int at = next;
    while (at < small.size() && pack.hasRoom(small.get(at).size())) {
      FileToStore file = small.get(at);
      attempt(List.of(file), () -> pack.add(file, Key256.random(random)), false);
      at++;
    }
    return at;
  }

  private void store(Pack pack) {
    List<FileToStore> files = pack.members().stream().map(Pack.Member::file).toList();
    attempt(files, () -> storeAll(pack));
  }

  private void storeAll(Pack pack) {
    // One key for each file is in the pack itself; the journal keeps the reservation only.
    UploadJournal journal = UploadJournal.forgetful(Key256.random(random));
    try {
      storeAll(pack, journal);
    } catch (RuntimeException e) {
      journal.release(context.hub(), e);
      throw e;
    }
  }

  private void storeAll(Pack pack, UploadJournal journal) {
    try {
      Optional<SegmentSender.Sent> sent = Optional.empty();
      if (pack.length() > 0) {
        SegmentSender sender = new SegmentSender(context, pack, 0, pack.length(), listener);
        sent = Optional.of(sender.send(() -> place(pack, journal)));
      }
      Digest segment = sent.map(ready -> ready.index().id()).orElse(new Digest(0, 0, 0, 0));
      List<SegmentCommit> segments = sent.map(SegmentSender.Sent::commit).stream().toList();
      context.hub().commit(new CommitRequest(segments, versions(pack, segment)));
    } catch (InterruptedException e) {
      throw Failures.interrupted("storing small files", e);
    }
  }

  private SegmentSender.Place place(Pack pack, UploadJournal journal) {
    Reservation reservation =
        context.hub().reserve(new ReserveRequest(bucket.name(), pack.length()));
    journal.reserved(0, reservation.shard());
    return new SegmentSender.Place(reservation, false);
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

  private static String commonPrefix(List<String> keys) {
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

  private void attempt(List<FileToStore> files, Runnable work) {
    attempt(files, work, true);
  }

  private void attempt(List<FileToStore> files, Runnable work, boolean last) {
    try {
      work.run();
      if (last) {
        files.forEach(file -> listener.done(file.file(), file.target().address()));
      }
    } catch (RuntimeException e) {
      files.forEach(file -> {
        ZansocException failure = Failures.known("storing '" + file.file() + "'", e);
        listener.failed(file.file(), file.target().address(), failure);
      });
    }
  }
}
