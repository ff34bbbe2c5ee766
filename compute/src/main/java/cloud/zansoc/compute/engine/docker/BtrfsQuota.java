package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps btrfs counting. Kernels since 6.1 save time when a large subvolume is dropped, such as the
 * root file system of a removed container: they give up the counts, and from then no size is
 * enforced on the whole file system until all is counted anew. A setting of the file system says
 * above which level of a tree they do so; no tree reaches {@link #NEVER}.
 */
final class BtrfsQuota {
  private static final Logger LOG = LoggerFactory.getLogger(BtrfsQuota.class);
  private static final Path FILE_SYSTEMS = Path.of("/sys/fs/btrfs");
  private static final String NEVER = "8";

  private BtrfsQuota() {}

  /**
   * Sees to it that sizes are enforced where {@code folder} is, and stay so.
   *
   * @return false where this cannot be had; true also where it is no btrfs
   */
  static boolean keepCounting(Path folder) {
    try {
      FileStore store = Files.getFileStore(folder);
      if (!store.type().equals("btrfs")) {
        return true;
      }
      Optional<Path> quota = find(Path.of(store.name()).getFileName());
      return quota.isPresent() && keepCounting(folder, quota.get());
    } catch (IOException e) {
      LOG.warn("sizes of root file systems are not enforced on {}: {}", folder, e.toString());
      return false;
    }
  }

  private static boolean keepCounting(Path folder, Path quota) throws IOException {
    Path threshold = quota.resolve("drop_subtree_threshold");
    if (!Files.exists(threshold)) {
      return true; // An older kernel, which always counts.
    }
    Files.writeString(threshold, NEVER);
    if (Files.readString(quota.resolve("inconsistent")).strip().equals("1")) {
      SystemCommand.run(List.of("btrfs", "quota", "rescan", "-w", folder.toString()));
    }
    return true;
  }

  /** The state of the quotas of the file system that has {@code device}, if they are on. */
  private static Optional<Path> find(Path device) throws IOException {
    try (Stream<Path> all = Files.list(FILE_SYSTEMS)) {
      return all.filter(each -> Files.exists(each.resolve("devices").resolve(device)))
          .map(each -> each.resolve("qgroups"))
          .filter(Files::isDirectory)
          .findFirst();
    }
  }
}
