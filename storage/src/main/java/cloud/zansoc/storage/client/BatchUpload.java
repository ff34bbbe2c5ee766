package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.VersionView;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Stores many files into one bucket: small ones packed, large ones each as an object of its own. A
 * file that fails is reported, and the others go on. What an earlier try of the same batch has
 * stored is not stored again, and what it has sent is not sent again. Used once, by one thread.
 */
final class BatchUpload {
  /** How many packs are sent at once; one more is being filled. */
  private static final int PACKS = 2;

  /** How many large files are sent at once. */
  private static final int LARGE_FILES = 4;

  private final EarlierTry earlier;
  private final PackUpload upload;
  private final BatchJournal journal;
  private final RandomGenerator random;
  private final BatchListener listener;
  private final Semaphore packs = new Semaphore(PACKS);
  private final Semaphore larges = new Semaphore(LARGE_FILES);
  private final AtomicBoolean failed = new AtomicBoolean();

  private BatchUpload(
      EarlierTry earlier,
      PackUpload upload,
      BatchJournal journal,
      RandomGenerator random,
      BatchListener listener) {
    this.earlier = earlier;
    this.upload = upload;
    this.journal = journal;
    this.random = random;
    this.listener = listener;
  }

  /** Stores one large file. */
  interface LargeFiles {
    /**
     * Stores {@code file}.
     *
     * @param stored hears the version once it is there, before anything is forgotten
     */
    void store(FileToStore file, Consumer<VersionView> stored);
  }

  static BatchUpload of(
      TransferContext context,
      Manifests manifests,
      BucketView bucket,
      BatchJournal journal,
      EarlierTry earlier,
      RandomGenerator random,
      BatchListener listener) {
    return new BatchUpload(
        earlier,
        new PackUpload(context, manifests, bucket, journal, listener),
        journal,
        random,
        listener);
  }

  /**
   * Each file once, in the same order.
   *
   * @throws ZansocException INVALID_ARGUMENT where two files are to be stored under one key
   */
  static List<FileToStore> distinct(List<FileToStore> files) {
    Map<String, FileToStore> byKey = new LinkedHashMap<>();
    for (FileToStore file : files) {
      FileToStore first = byKey.computeIfAbsent(file.target().address().key(), key -> file);
      if (!path(first).equals(path(file))) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "'%s' and '%s' would both become %s: store one of them under another name"
                .formatted(first.file(), file.file(), file.target().address()));
      }
    }
    return List.copyOf(byKey.values());
  }

  private static Path path(FileToStore file) {
    return file.file().toAbsolutePath().normalize();
  }

  /** Stores the files; true where every one of them is stored. */
  boolean run(LargeFiles large) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (FileToStore file : earlier.stored()) {
          listener.moved(file.size());
          listener.done(file.file(), file.target().address());
        }
        for (FileToStore file : earlier.rest()) {
          if (file.size() > Pack.MAX_FILE_BYTES) {
            inBackground(threads, larges, () -> attempt(List.of(file), () -> store(file, large)));
          }
        }
        for (EarlierTry.Sent sent : earlier.sent()) {
          goOn(threads, sent);
        }
        storeSmall(
            threads,
            earlier.rest().stream().filter(file -> file.size() <= Pack.MAX_FILE_BYTES).toList());
        packs.acquire(PACKS);
        larges.acquire(LARGE_FILES);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
    return !failed.get();
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

  private void store(FileToStore file, LargeFiles large) {
    BatchJournal.Member member =
        new BatchJournal.Member(BatchJournal.Source.of(file), Optional.empty());
    large.store(
        file,
        version -> journal.done(journal.begin(List.of(member)), List.of(version.versionId())));
  }

  /** Goes on with a pack, or stores its files under new keys where they are not as they were. */
  private void goOn(ExecutorService threads, EarlierTry.Sent sent) throws InterruptedException {
    Pack pack = new Pack();
    List<FileToStore> files = sent.files().stream().map(EarlierTry.SentFile::file).toList();
    try {
      for (EarlierTry.SentFile sentFile : sent.files()) {
        pack.add(sentFile.file(), sentFile.key(), Optional.of(sentFile.noted()));
      }
    } catch (ZansocException e) {
      earlier.release(sent.shard());
      storeSmall(threads, files);
      return;
    }
    inBackground(
        threads,
        packs,
        () -> attempt(files, () -> upload.resume(pack, sent.number(), sent.shard())));
  }

  private void storeSmall(ExecutorService threads, List<FileToStore> small)
      throws InterruptedException {
    int next = 0;
    while (next < small.size()) {
      Pack pack = new Pack();
      next = fill(pack, small, next);
      List<FileToStore> files = pack.members().stream().map(Pack.Member::file).toList();
      inBackground(threads, packs, () -> attempt(files, () -> upload.store(pack)));
    }
  }

  /** Fills a pack from {@code next} on; returns the first that did not fit. */
  private int fill(Pack pack, List<FileToStore> small, int next) {
    int at = next;
    while (at < small.size() && pack.hasRoom(small.get(at).size())) {
      FileToStore file = small.get(at);
      try {
        pack.add(file, Key256.random(random), Optional.empty());
      } catch (RuntimeException e) {
        fail(file, e);
      }
      at++;
    }
    return at;
  }

  private void attempt(List<FileToStore> files, Runnable work) {
    try {
      work.run();
      files.forEach(file -> listener.done(file.file(), file.target().address()));
    } catch (RuntimeException e) {
      files.forEach(file -> fail(file, e));
    }
  }

  private void fail(FileToStore file, RuntimeException e) {
    failed.set(true);
    ZansocException failure = Failures.known("storing '" + file.file() + "'", e);
    listener.failed(file.file(), file.target().address(), failure);
  }
}
