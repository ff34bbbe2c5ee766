package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The image file of one volume in a folder of its own, and its mount. An image is there as a whole
 * or not at all. Used by one thread at a time.
 */
final class VolumeImage {
  /** Errors are left over (4), or e2fsck could not do its work (8 and more). */
  private static final int FIRST_FSCK_FAILURE = 4;

  private static final int SECTORS_WRITTEN = 6;
  private static final int UNMOUNT_ATTEMPTS = 20;
  private static final long UNMOUNT_PAUSE_MILLIS = 100;

  private final Path folder;

  VolumeImage(Path folder) {
    this.folder = folder;
  }

  /** The image. */
  Path file() {
    return folder.resolve("image");
  }

  /** Where it is mounted. */
  Path mountPoint() {
    return folder.resolve("data");
  }

  /** A file beside it, for the moment of a snapshot. */
  Path capture() {
    return folder.resolve("capture");
  }

  private Path unfinished() {
    return folder.resolve("image.new");
  }

  boolean exists() {
    return Files.isRegularFile(file());
  }

  /** Fills a new image; a failure leaves none. */
  @FunctionalInterface
  interface Filling {
    /** Makes {@code file}, which is not there. */
    void fill(Path file) throws IOException;
  }

  /** Makes the image with {@code filling}, and its name only once it is whole and durable. */
  void make(Filling filling) throws IOException {
    Files.deleteIfExists(unfinished());
    try {
      filling.fill(unfinished());
      try (FileChannel channel = FileChannel.open(unfinished(), StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(unfinished(), file(), StandardCopyOption.ATOMIC_MOVE);
      sync(folder);
    } finally {
      Files.deleteIfExists(unfinished());
    }
  }

  /** An image with an empty file system. */
  static void format(Path file, ByteSize size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      int written = channel.write(ByteBuffer.allocate(1), size.bytes() - 1);
      assert written == 1;
    }
    // Nothing is left to be initialized later: an idle volume must stay as it is.
    String said =
        Command.run(
            "mkfs.ext4",
            "-q",
            "-F",
            "-b",
            "4096",
            "-m",
            "0",
            "-E",
            "lazy_itable_init=0,lazy_journal_init=0",
            file.toString());
    assert said.isEmpty() : said;
  }

  /** Throws away what was not finished when this program ended. */
  void sweep() throws IOException {
    Files.deleteIfExists(unfinished());
    Files.deleteIfExists(capture());
  }

  boolean isMounted() throws IOException {
    return device().isPresent();
  }

  /** Mounts the image, checked; what is mounted stays so, and is thawed. */
  void mount() throws IOException {
    if (isMounted()) {
      FrozenFileSystem.thaw(mountPoint());
      return;
    }
    freeLoops();
    check();
    Files.createDirectories(mountPoint());
    String said =
        Command.run(
            "mount",
            "-t",
            "ext4",
            "-o",
            "loop,discard,noatime,nosuid,nodev",
            file().toString(),
            mountPoint().toString());
    assert said != null;
  }

  /** Makes the fresh file system's root usable by whatever user an instance runs as. */
  void open() throws IOException {
    Files.deleteIfExists(mountPoint().resolve("lost+found"));
    Path root =
        Files.setPosixFilePermissions(mountPoint(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assert root.equals(mountPoint());
  }

  private void check() {
    Command.Result preened = Command.tryRun("e2fsck", "-p", file().toString());
    if (preened.exitCode() < FIRST_FSCK_FAILURE) {
      return;
    }
    Command.Result forced = Command.tryRun("e2fsck", "-f", "-y", file().toString());
    if (forced.exitCode() >= FIRST_FSCK_FAILURE) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "the file system of %s cannot be repaired: %s".formatted(file(), forced.output()));
    }
  }

  /** Writes everything to the image and unmounts it; CONFLICT where somebody still uses it. */
  void unmount() throws IOException {
    Command.Result last = new Command.Result(0, "");
    for (int attempt = 0; attempt < UNMOUNT_ATTEMPTS && isMounted(); attempt++) {
      FrozenFileSystem.thaw(mountPoint());
      last = Command.tryRun("umount", mountPoint().toString());
      if (last.exitCode() != 0) {
        pause();
      }
    }
    if (isMounted()) {
      throw new ZansocException(
          ErrorCode.CONFLICT, "%s is still used: %s".formatted(mountPoint(), last.output()));
    }
    freeLoops();
  }

  private static void pause() {
    try {
      Thread.sleep(UNMOUNT_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets loop devices go that a killed program left on the image. */
  private void freeLoops() {
    if (!exists()) {
      return;
    }
    String devices =
        Command.run("losetup", "-j", file().toString(), "--output", "NAME", "--noheadings");
    for (String device :
        devices.lines().map(String::strip).filter(its -> !its.isEmpty()).toList()) {
      // It may end by itself meanwhile.
      int ignored = Command.tryRun("losetup", "-d", device).exitCode();
      assert ignored >= 0;
    }
  }

  /** Writes what is in memory to the image. */
  void sync() {
    String said = Command.run("sync", "--file-system", mountPoint().toString());
    assert said.isEmpty();
  }

  /** How many sectors were ever written to the mounted device. */
  long sectorsWritten() throws IOException {
    String device =
        device()
            .orElseThrow(
                () -> new ZansocException(ErrorCode.INTERNAL, mountPoint() + " is not mounted"));
    String[] counts =
        Files.readString(Path.of("/sys/dev/block", device, "stat")).strip().split("\\s+", -1);
    return Long.parseLong(counts[SECTORS_WRITTEN]);
  }

  /** The numbers of the device that is mounted here, such as 7:3. */
  private Optional<String> device() throws IOException {
    if (!Files.isDirectory(mountPoint())) {
      return Optional.empty();
    }
    String path = mountPoint().toRealPath().toString().replace(" ", "\\040");
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines
          .map(line -> List.of(line.split(" ", -1)))
          .filter(fields -> fields.get(4).equals(path))
          .map(fields -> fields.get(2))
          .findFirst();
    }
  }

  /** Removes the folder with all that is in it; it must not be mounted. */
  void delete() throws IOException {
    if (isMounted()) {
      throw new IllegalStateException(mountPoint() + " is mounted");
    }
    freeLoops();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
