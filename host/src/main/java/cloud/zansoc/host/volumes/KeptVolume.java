package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.VolumeObject;
import cloud.zansoc.codec.format.VolumeRoot;
import cloud.zansoc.compute.api.VolumeAttachment;
import cloud.zansoc.compute.api.VolumeSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One volume on this host: its image, and its snapshots. Used by one thread at a time, except for
 * {@link #progress}.
 *
 * <p>After any failure it reads its newest snapshot's table from storage again, so that it never
 * builds on what the hub may not have recorded.
 */
final class KeptVolume {
  /** What thawing writes to an ext4 of 4 KiB blocks: its superblock. */
  private static final long SECTORS_OF_THAWING = 8;

  /** Writers are never kept waiting longer: the snapshot is given up. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How often an idle volume tells its hub that it is safe. */
  private static final Duration SAFE_EVERY = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(KeptVolume.class);

  private final LocalVolume local;
  private final VolumeImage image;
  private final VolumeHub hub;
  private final RandomGenerator random;

  private Optional<BlockTable> table = Optional.empty();
  private Optional<VolumeAttachment> attachment = Optional.empty();
  private final Map<Long, Set<VolumeObject>> needed = new HashMap<>();

  /** The device's count of written sectors at the last snapshot; none: not since it was mounted. */
  private OptionalLong sectors = OptionalLong.empty();

  private Instant saidSafe = Instant.EPOCH;
  private volatile Progress progress = Progress.NONE;

  /**
   * How its snapshots go.
   *
   * @param safeUntil all that was written before is in a snapshot
   * @param uploaded for the last snapshot
   * @param pause how long writers waited for it
   * @param trouble why the last attempt failed; empty where it did not
   */
  record Progress(Optional<Instant> safeUntil, ByteSize uploaded, Duration pause, String trouble) {
    static final Progress NONE = new Progress(Optional.empty(), new ByteSize(0), Duration.ZERO, "");

    Progress troubled(String why) {
      return new Progress(safeUntil, uploaded, pause, why);
    }
  }

  /**
   * @param random draws the names of objects
   */
  KeptVolume(LocalVolume local, VolumeImage image, VolumeHub hub, RandomGenerator random) {
    this.local = local;
    this.image = image;
    this.hub = hub;
    this.random = random;
  }

  LocalVolume local() {
    return local;
  }

  VolumeImage image() {
    return image;
  }

  Progress progress() {
    return progress;
  }

  void troubled(String why) {
    progress = progress.troubled(why);
  }

  /** Makes the image from the snapshot that it starts with, or empty; and mounts it. */
  void make(long reserveBytes) throws IOException {
    VolumeAttachment now = hub.attachment(local.id(), local.generation());
    if (now.start().isPresent()) {
      VolumeSnapshot start = startOf(now, now.start().get());
      restore(start, () -> hub.storage(now, local.generation()), reserveBytes);
    } else if (now.origin().isPresent()) {
      VolumeAttachment.Origin origin = now.origin().get();
      restore(
          origin.snapshot(),
          () -> hub.origin(origin, local.id(), local.generation()),
          reserveBytes);
    } else {
      requireSpace(now.size().bytes() / 16, reserveBytes);
      image.make(file -> VolumeImage.format(file, now.size()));
      image.mount();
      image.open();
    }
  }

  private VolumeSnapshot startOf(VolumeAttachment now, long number) {
    return now.snapshots().stream()
        .filter(its -> its.number() == number)
        .findFirst()
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.DATA_UNAVAILABLE,
                "snapshot %d of volume %s is gone".formatted(number, local.name())));
  }

  private void restore(VolumeSnapshot start, Supplier<SnapshotStorage> from, long reserveBytes)
      throws IOException {
    requireSpace(start.content().bytes(), reserveBytes);
    try (SnapshotStorage storage = from.get()) {
      SnapshotReader reader = new SnapshotReader(storage);
      BlockTable blocks = reader.table(VolumeObject.parse(start.object()));
      image.make(file -> reader.restore(blocks, file));
    }
    image.mount();
    progress = new Progress(Optional.of(start.taken()), new ByteSize(0), Duration.ZERO, "");
    LOG.info("volume {} is restored from snapshot {}", local.name(), start.number());
  }

  private void requireSpace(long bytes, long reserveBytes) throws IOException {
    long usable = Files.getFileStore(image.file().getParent()).getUsableSpace();
    if (usable - reserveBytes < bytes) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "volume %s needs %s on this host's disk, and %s are free above the reserve"
              .formatted(
                  local.name(),
                  new ByteSize(bytes),
                  new ByteSize(Math.max(0, usable - reserveBytes))));
    }
  }

  /** Puts all that was written until now into storage, unless it is there already. */
  void snapshot(boolean keep) throws IOException {
    try {
      Instant begun = Instant.now();
      image.sync();
      if (!keep && isUnchanged()) {
        sayUnchanged(begun);
        return;
      }
      take(keep);
    } catch (IOException | RuntimeException e) {
      table = Optional.empty();
      attachment = Optional.empty();
      sectors = OptionalLong.empty();
      throw e;
    } finally {
      Files.deleteIfExists(image.capture());
    }
  }

  private boolean isUnchanged() throws IOException {
    return sectors.isPresent()
        && image.sectorsWritten() - sectors.getAsLong() <= SECTORS_OF_THAWING;
  }

  private void sayUnchanged(Instant until) {
    progress = new Progress(Optional.of(until), progress.uploaded(), progress.pause(), "");
    if (Duration.between(saidSafe, until).compareTo(SAFE_EVERY) > 0) {
      hub.safe(local.id(), local.generation(), until);
      saidSafe = until;
    }
  }

  private void take(boolean keep) throws IOException {
    VolumeAttachment now = attachment();
    try (SnapshotStorage storage = hub.storage(now, local.generation())) {
      BlockTable before = table(storage, now);
      Set<VolumeObject> again = before.wasteful();
      Instant taken = Instant.now();
      Captured captured = capture(before, again);
      if (captured.changes.blocks().isEmpty() && before.newest().isPresent() && !keep) {
        sectors = OptionalLong.of(captured.sectors);
        sayUnchanged(taken);
        return;
      }
      store(storage, now, before, again, new Moment(taken, captured, keep));
    }
  }

  private record Moment(Instant taken, Captured captured, boolean keep) {}

  private void store(
      SnapshotStorage storage,
      VolumeAttachment now,
      BlockTable before,
      Set<VolumeObject> again,
      Moment moment)
      throws IOException {
    long number = now.lastNumber() + 1;
    VolumeObject object = VolumeObject.random(number, random);
    SnapshotObject snapshot =
        SnapshotObject.of(
            object,
            new SnapshotObject.Moment(number, local.generation(), moment.taken),
            before,
            moment.captured.changes,
            again);
    try (InputStream content = snapshot.open(image.capture())) {
      storage.put(object.key(), content);
    }
    VolumeAttachment recorded =
        hub.record(
            local.id(),
            local.generation(),
            new VolumeSnapshot(
                number,
                object.key(),
                moment.taken,
                new ByteSize(snapshot.bytes()),
                new ByteSize(snapshot.table().blocks() * Limits.BLOCK_BYTES),
                moment.keep));
    table = Optional.of(snapshot.table());
    attachment = Optional.of(recorded);
    sectors = OptionalLong.of(moment.captured.sectors);
    saidSafe = moment.taken;
    progress =
        new Progress(
            Optional.of(moment.taken), new ByteSize(snapshot.bytes()), moment.captured.pause, "");
    LOG.debug(
        "volume {}: snapshot {} with {} blocks, {} ms of pause",
        local.name(),
        number,
        snapshot.blocks().size(),
        moment.captured.pause.toMillis());
    removeUnneeded(storage, recorded);
  }

  private VolumeAttachment attachment() {
    if (attachment.isEmpty()) {
      attachment = Optional.of(hub.attachment(local.id(), local.generation()));
    }
    return attachment.get();
  }

  private BlockTable table(SnapshotStorage storage, VolumeAttachment now) {
    if (table.isEmpty()) {
      Optional<VolumeObject> newest =
          now.start()
              .flatMap(number ->
                  now.snapshots().stream()
                      .filter(its -> its.number() == number)
                      .map(its -> VolumeObject.parse(its.object()))
                      .findFirst());
      table =
          Optional.of(
              newest
                  .map(new SnapshotReader(storage)::table)
                  .orElseGet(() -> BlockTable.empty(now.size().bytes())));
    }
    return table.get();
  }

  /**
   * What a snapshot is made of: the changes, whose blocks are in the capture file.
   *
   * @param sectors the device's count while it was frozen
   */
  private record Captured(BlockChanges changes, long sectors, Duration pause) {}

  /** Sharing all blocks takes a moment; where that cannot be, changed ones are copied meanwhile. */
  private Captured capture(BlockTable before, Set<VolumeObject> again) throws IOException {
    Files.deleteIfExists(image.capture());
    Optional<BlockChanges> copied = Optional.empty();
    Duration pause;
    long written;
    try (FrozenFileSystem frozen = FrozenFileSystem.freeze(image.mountPoint())) {
      written = image.sectorsWritten();
      if (!LinuxFiles.share(image.file(), image.capture())) {
        copied = Optional.of(copyChanges(before, again, frozen));
      }
      pause = frozen.elapsed();
    }
    BlockChanges changes =
        copied.isPresent()
            ? copied.get()
            : BlockChanges.find(image.capture(), before, again, BlockChanges.Sink.NONE);
    return new Captured(changes, written, pause);
  }

  private BlockChanges copyChanges(
      BlockTable before, Set<VolumeObject> again, FrozenFileSystem frozen) throws IOException {
    try (FileChannel copy =
        FileChannel.open(
            image.capture(),
            StandardOpenOption.CREATE,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      BlockChanges.Sink sink =
          new BlockChanges.Sink() {
            @Override
            public void reading() {
              requireShort(frozen);
            }

            @Override
            public void block(long number, ByteBuffer bytes) throws IOException {
              write(copy, number, bytes);
            }
          };
      return BlockChanges.find(image.file(), before, again, sink);
    }
  }

  private void requireShort(FrozenFileSystem frozen) {
    if (frozen.elapsed().compareTo(LONGEST_PAUSE) > 0) {
      throw new ZansocException(
          ErrorCode.TIMED_OUT,
          "volume %s cannot be read within %d s while its instance waits: keep this host's data on btrfs or xfs"
              .formatted(local.name(), LONGEST_PAUSE.toSeconds()));
    }
  }

  private static void write(FileChannel copy, long number, ByteBuffer block) throws IOException {
    while (block.hasRemaining()) {
      int written = copy.write(block, number * Limits.BLOCK_BYTES + block.position());
      assert written >= 0;
    }
  }

  /**
   * Removes objects that no snapshot stands on any more: those of expired ones, and what a host
   * that died in the middle left.
   */
  private void removeUnneeded(SnapshotStorage storage, VolumeAttachment now) {
    Set<Long> numbers = new HashSet<>();
    now.snapshots().forEach(snapshot -> numbers.add(snapshot.number()));
    boolean someExpired = needed.keySet().removeIf(number -> !numbers.contains(number));
    if (!needed.isEmpty() && !someExpired && needed.size() == numbers.size() - 1) {
      needed.put(now.lastNumber(), partsOf(table.orElseThrow()));
      return;
    }
    SnapshotReader reader = new SnapshotReader(storage);
    Set<String> keys = new HashSet<>();
    for (VolumeSnapshot snapshot : now.snapshots()) {
      Set<VolumeObject> parts =
          needed.computeIfAbsent(snapshot.number(), number -> partsOf(reader, snapshot.object()));
      parts.forEach(part -> keys.add(part.key()));
    }
    for (String key : storage.keys()) {
      if (!keys.contains(key)) {
        storage.remove(key);
      }
    }
  }

  private static Set<VolumeObject> partsOf(SnapshotReader reader, String key) {
    Set<VolumeObject> parts = new HashSet<>();
    reader.root(VolumeObject.parse(key)).parts().stream()
        .map(VolumeRoot.Part::object)
        .forEach(parts::add);
    return parts;
  }

  private static Set<VolumeObject> partsOf(BlockTable table) {
    return Set.copyOf(table.objects());
  }
}
