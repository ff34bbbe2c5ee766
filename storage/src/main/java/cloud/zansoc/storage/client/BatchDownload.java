package cloud.zansoc.storage.client;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.api.BucketView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Writes many objects to files, several at once; what small objects share is fetched once. A file
 * that fails is reported, and the others go on. Used once, by one thread.
 */
final class BatchDownload {
  private static final int FILES = 16;

  private final TransferContext context;
  private final Manifests manifests;
  private final BucketView bucket;
  private final BatchListener listener;
  private final SegmentPlans plans;
  private final PackedReader packed;
  private final Queue<Path> complete = new ConcurrentLinkedQueue<>();

  BatchDownload(
      TransferContext context, Manifests manifests, BucketView bucket, BatchListener listener) {
    this.context = context;
    this.manifests = manifests;
    this.bucket = bucket;
    this.listener = listener;
    this.plans = new SegmentPlans(context, Optional.empty());
    this.packed = new PackedReader(context, plans);
  }

  void run(List<FileToWrite> files) throws InterruptedException {
    Semaphore places = new Semaphore(FILES);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (FileToWrite file : files) {
          places.acquire();
          threads.execute(() -> {
            try {
              attempt(file);
            } finally {
              places.release();
            }
          });
        }
        places.acquire(FILES);
        FileDownload.removeLeft(complete);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }

  private void attempt(FileToWrite file) {
    try {
      write(file);
      complete.add(file.file());
      listener.done(file.file(), file.address());
    } catch (RuntimeException e) {
      ZansocException failure = Failures.known("writing '" + file.file() + "'", e);
      listener.failed(file.file(), file.address(), failure);
    }
  }

  private void write(FileToWrite file) {
    Path folder = file.file().toAbsolutePath().getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw Failures.ofFile("making the folder of '" + file.file() + "'", e);
    }
    StoredObject object = manifests.open(bucket, file.address().key(), Optional.empty());
    if (PackedReader.isPacked(object)) {
      FileDownload.write(file.file(), object, channel -> packed.copyTo(object, channel, listener));
    } else {
      FileDownload.writeOneOfMany(file.file(), new ObjectReader(context, plans, object), listener);
    }
  }
}
