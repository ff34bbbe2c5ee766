package cloud.zansoc.host.images;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Engine;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what images take within bounds: what nobody needs gives way, blobs before images, the
 * longest unused first. Thread-safe.
 */
final class Room {
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);

  private final ImageFolder folder;
  private final Engine engine;
  private final HostImages.Bounds bounds;

  /** Names of blobs and tags that are being worked with, counted. */
  private final ConcurrentHashMap<String, Integer> pinned = new ConcurrentHashMap<>();

  // Guarded by this.
  private Set<String> used = Set.of();
  private Set<String> recent = new HashSet<>();
  private Set<String> lessRecent = Set.of();

  Room(ImageFolder folder, Engine engine, HostImages.Bounds bounds) {
    this.folder = folder;
    this.engine = engine;
    this.bounds = bounds;
  }

  /** What images may take, in bytes. */
  long most() {
    return bounds.most().bytes();
  }

  /** Nothing of this name gives way until it is unpinned as often. */
  void pin(String name) {
    pinned.merge(name, 1, Integer::sum);
  }

  void unpin(String name) {
    pinned.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
  }

  /** An instance is about to be made of it, which the next list of those in use may miss. */
  synchronized void fetched(String tag) {
    recent.add(tag);
  }

  /** These are in use, and what was fetched since the list before the last. */
  synchronized void use(Set<String> tags) {
    used = Set.copyOf(tags);
    lessRecent = recent;
    recent = new HashSet<>();
  }

  private synchronized boolean isInUse(String tag) {
    return used.contains(tag) || recent.contains(tag) || lessRecent.contains(tag);
  }

  /**
   * Makes room on the folder's disk and within the bound, as {@link #make} does.
   *
   * @throws ZansocException NO_SPACE
   */
  void require(String image, long bytes, long onDisk) {
    if (!make(bytes, onDisk)) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "image %s takes %s more, and this host has no room for it: images may take %s here (compute.images), %s are taken by those in use, and %s are free on the disk"
              .formatted(
                  image,
                  new ByteSize(bytes),
                  bounds.most(),
                  new ByteSize(taken()),
                  new ByteSize(Math.max(0, free()))));
    }
  }

  /**
   * Makes room as far as that is possible.
   *
   * @param more what is to be taken of the bound
   * @param onDisk what of it on the folder's disk
   * @return whether there is so much
   */
  boolean make(long more, long onDisk) {
    List<ImageFolder.Entry> entries =
        folder.entries().stream()
            .sorted(
                Comparator.comparing(
                        (ImageFolder.Entry entry) -> entry instanceof ImageFolder.Loaded)
                    .thenComparing(ImageFolder.Entry::used))
            .toList();
    long taken = sum(entries);
    for (ImageFolder.Entry entry : entries) {
      if (fits(taken + more, onDisk)) {
        return true;
      }
      if (remove(entry)) {
        taken -= entry.bytes();
      }
    }
    return fits(taken + more, onDisk);
  }

  private boolean fits(long taken, long onDisk) {
    return taken <= most() && (onDisk == 0 || free() >= onDisk);
  }

  private long free() {
    return folder.free() - bounds.reserve().bytes();
  }

  /** Takes away what can be. */
  void clear() {
    folder.entries().forEach(this::remove);
  }

  private boolean remove(ImageFolder.Entry entry) {
    if (pinned.containsKey(entry.name())) {
      return false;
    }
    return switch (entry) {
      case ImageFolder.Blob blob -> {
        folder.removeBlob(blob.name());
        yield true;
      }
      case ImageFolder.Loaded image -> !isInUse(image.name()) && unload(image);
    };
  }

  private boolean unload(ImageFolder.Loaded image) {
    if (!engine.removeImage(HostImages.local(image.name()))) {
      return false;
    }
    folder.removeNote(image.name());
    LOG.info("image {} gives way, last used {}", image.name(), image.used());
    return true;
  }

  private long taken() {
    return sum(folder.entries());
  }

  private static long sum(List<ImageFolder.Entry> entries) {
    return entries.stream().mapToLong(ImageFolder.Entry::bytes).sum();
  }
}
