package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.host.VolumeKeeper;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.http.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes in one folder of this host. Volumes that were mounted when this program ended, also
 * by force, are found again when it is opened. Closing it leaves them mounted, since their
 * instances run on. Thread-safe.
 */
public final class HostVolumes implements VolumeKeeper, AutoCloseable {
  /** Each takes the memory of a transfer: see agent.jvm. */
  private static final int TRANSFERS_AT_ONCE = 2;

  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);
  private static final List<String> PROGRAMS =
      List.of("mkfs.ext4", "e2fsck", "mount", "umount", "losetup", "fsfreeze", "sync", "sh");
  private static final Logger LOG = LoggerFactory.getLogger(HostVolumes.class);

  private final Path folder;
  private final ByteSize reserve;
  private final VolumeHub hub;
  private final RandomGenerator random;
  private final Semaphore transfers = new Semaphore(TRANSFERS_AT_ONCE, true);
  private final Map<String, Slot> slots = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** A volume's place: who holds its lock may change it. */
  private static final class Slot {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock for writing.
    private volatile Optional<KeptVolume> kept = Optional.empty();
  }

  /** A volume here, for people. */
  public record Kept(
      String id, String name, long generation, Duration snapshotEvery, Snapshots snapshots) {}

  /**
   * How a volume's snapshots go.
   *
   * @param safeUntil all that was written before is in a snapshot
   * @param uploaded for the last one
   * @param pause how long writers waited for it
   * @param trouble why the last attempt failed; empty where it did not
   */
  public record Snapshots(
      Optional<Instant> safeUntil, ByteSize uploaded, Duration pause, String trouble) {}

  private HostVolumes(Path folder, ByteSize reserve, VolumeHub hub, RandomGenerator random) {
    this.folder = folder;
    this.reserve = reserve;
    this.hub = hub;
    this.random = random;
  }

  /**
   * How volumes reach their hub and storage.
   *
   * @param api gives the same client each time; closed by the caller, as {@code dialer} is
   */
  public record Access(Supplier<ApiClient> api, BlockDialer dialer, BlockDialer.Relay relay) {}

  /**
   * Opens the volumes in {@code folder}, which is made where it is missing.
   *
   * @param reserve disk space that stays free for the owner
   */
  public static HostVolumes open(Path folder, ByteSize reserve, Access access) {
    Path journals = folder.resolve("journals");
    VolumeHub hub = new HttpVolumeHub(access.api(), access.dialer(), access.relay(), journals);
    return open(folder, reserve, hub, new SecureRandom());
  }

  /**
   * Opens the volumes in {@code folder}, which is made where it is missing.
   *
   * @param reserve disk space that stays free for the owner
   * @param random draws jitter and names
   */
  static HostVolumes open(Path folder, ByteSize reserve, VolumeHub hub, RandomGenerator random) {
    HostVolumes volumes = new HostVolumes(folder, reserve, hub, random);
    try {
      if (!Files.isDirectory(folder)) {
        Path made =
            Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assert made != null;
      }
      volumes.recover();
    } catch (IOException e) {
      throw failed("opening the volumes in " + folder, e);
    }
    return volumes;
  }

  /** Why this machine cannot keep volumes, for people; empty where it can. */
  public static Optional<String> obstacle() {
    if (!Files.isWritable(Path.of("/dev/loop-control"))) {
      return Optional.of("volumes need root and loop devices: /dev/loop-control cannot be used");
    }
    Optional<String> missing =
        PROGRAMS.stream().filter(program -> !Command.exists(program)).findFirst();
    if (missing.isPresent()) {
      return Optional.of("volumes need the program " + missing.get() + ", which is not installed");
    }
    Command.Result free = Command.tryRun("losetup", "--find");
    return free.exitCode() == 0
        ? Optional.empty()
        : Optional.of("volumes need a loop device, and there is none: " + free.output());
  }

  /**
   * Takes all volumes in {@code folder} off this machine as they are, without a snapshot: the host
   * leaves, and nobody else has the folder open.
   */
  public static void removeAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path of : folders.filter(Files::isDirectory).toList()) {
        VolumeImage image = new VolumeImage(of);
        image.unmount();
        image.delete();
      }
    } catch (IOException e) {
      throw failed("removing the volumes in " + folder, e);
    }
  }

  /** Unmounts all volumes in {@code folder}, which nobody else has open; they stay there. */
  public static void unmountAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path of : folders.filter(Files::isDirectory).toList()) {
        new VolumeImage(of).unmount();
      }
    } catch (IOException e) {
      throw failed("unmounting the volumes in " + folder, e);
    }
  }

  private void recover() throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path of : folders.filter(Files::isDirectory).toList()) {
        VolumeImage image = new VolumeImage(of);
        image.sweep();
        Optional<LocalVolume> local = LocalVolume.read(of);
        if (local.isEmpty() || !image.exists()) {
          image.delete();
          continue;
        }
        KeptVolume kept = new KeptVolume(local.get(), image, hub, random);
        try {
          image.mount();
          keep(kept);
          LOG.info("volume {} is here again", local.get().name());
        } catch (ZansocException e) {
          LOG.error("volume {} cannot be mounted: {}", local.get().name(), e.getMessage());
        }
      }
    }
  }

  private void keep(KeptVolume kept) {
    Slot slot = slot(kept.local().id());
    slot.kept = Optional.of(kept);
    Thread.ofVirtual().name("volume " + kept.local().name()).start(() -> attend(slot, kept));
  }

  private Slot slot(String volume) {
    return slots.computeIfAbsent(volume, id -> new Slot());
  }

  @Override
  public Path attach(InstanceSpec.Volume volume, long generation) {
    Slot slot = slot(volume.id());
    slot.lock.lock();
    try {
      Optional<KeptVolume> here = slot.kept;
      if (here.isPresent()) {
        long theirs = here.get().local().generation();
        if (theirs == generation) {
          return here.get().image().mountPoint();
        }
        if (theirs > generation) {
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "volume %s is here for generation %d already"
                  .formatted(volume.mount().volume(), theirs));
        }
        drop(slot, here.get());
      }
      return make(volume, generation);
    } catch (IOException e) {
      throw failed("attaching volume " + volume.mount().volume(), e);
    } finally {
      slot.lock.unlock();
    }
  }

  private Path make(InstanceSpec.Volume volume, long generation) throws IOException {
    Path of = folder.resolve(volume.id());
    VolumeImage image = new VolumeImage(of);
    LocalVolume local =
        new LocalVolume(
            volume.id(), volume.mount().volume(), generation, volume.mount().snapshotEvery());
    KeptVolume kept = new KeptVolume(local, image, hub, random);
    if (Files.isDirectory(of)) {
      if (foundAgain(of, image, generation)) {
        keep(kept);
        return image.mountPoint();
      }
      image.unmount();
      image.delete();
    }
    Files.createDirectories(of);
    local.write(of);
    try {
      transferring(() -> kept.make(reserve.bytes()));
    } catch (IOException | RuntimeException e) {
      image.unmount();
      image.delete();
      throw e;
    }
    keep(kept);
    return image.mountPoint();
  }

  /** Whether an image of this generation is here that could not be mounted before and can now. */
  private static boolean foundAgain(Path of, VolumeImage image, long generation)
      throws IOException {
    boolean ours =
        LocalVolume.read(of).filter(local -> local.generation() == generation).isPresent();
    if (!ours || !image.exists()) {
      return false;
    }
    try {
      image.mount();
      return true;
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      LOG.error("{}: it is restored from its newest snapshot", e.getMessage());
      return false;
    }
  }

  @Override
  public void detach(InstanceSpec.Volume volume, long generation, boolean last) {
    Slot slot = slot(volume.id());
    slot.lock.lock();
    try {
      Optional<KeptVolume> here = slot.kept;
      if (here.isEmpty() || here.get().local().generation() > generation) {
        return;
      }
      if (last && here.get().local().generation() == generation) {
        lastSnapshot(here.get());
      }
      drop(slot, here.get());
    } catch (IOException e) {
      throw failed("detaching volume " + volume.mount().volume(), e);
    } finally {
      slot.lock.unlock();
    }
  }

  /** The volume of somebody else, or of nobody, needs none. */
  private void lastSnapshot(KeptVolume kept) throws IOException {
    try {
      transferring(() -> kept.snapshot(false));
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.CONFLICT && e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      LOG.warn("volume {} leaves without a snapshot: {}", kept.local().name(), e.getMessage());
    }
  }

  private static void drop(Slot slot, KeptVolume kept) throws IOException {
    kept.image().unmount();
    kept.image().delete();
    slot.kept = Optional.empty();
    slot.changed.signalAll();
  }

  /** Takes a snapshot now; NOT_FOUND where the volume is not here. */
  public void snapshot(String volume, boolean keep) {
    Slot slot = slot(volume);
    slot.lock.lock();
    try {
      KeptVolume kept =
          slot.kept.orElseThrow(
              () -> new ZansocException(ErrorCode.NOT_FOUND, "volume " + volume + " is not here"));
      transferring(() -> kept.snapshot(keep));
    } catch (IOException e) {
      throw failed("a snapshot of volume " + volume, e);
    } finally {
      slot.lock.unlock();
    }
  }

  /** The volumes that are mounted here. */
  public List<Kept> volumes() {
    return slots.values().stream()
        .flatMap(slot -> slot.kept.stream())
        .map(kept -> {
          LocalVolume local = kept.local();
          KeptVolume.Progress progress = kept.progress();
          return new Kept(
              local.id(),
              local.name(),
              local.generation(),
              local.snapshotEvery(),
              new Snapshots(
                  progress.safeUntil(), progress.uploaded(), progress.pause(), progress.trouble()));
        })
        .toList();
  }

  /** Snapshots a volume at its interval until it is no longer here. */
  private void attend(Slot slot, KeptVolume kept) {
    Duration every = kept.local().snapshotEvery();
    Duration pause = jittered(every);
    slot.lock.lock();
    try {
      while (slot.kept.filter(its -> its == kept).isPresent() && !closed) {
        long left = pause.toNanos();
        while (left > 0 && slot.kept.filter(its -> its == kept).isPresent() && !closed) {
          left = slot.changed.awaitNanos(left);
        }
        if (slot.kept.filter(its -> its == kept).isPresent() && !closed) {
          pause = attempt(kept, pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      slot.lock.unlock();
    }
  }

  /** Tries a snapshot: how long to wait for the next. */
  private Duration attempt(KeptVolume kept, Duration waited) {
    Duration every = kept.local().snapshotEvery();
    long begun = System.nanoTime();
    try {
      transferring(() -> kept.snapshot(false));
      Duration rest = jittered(every).minusNanos(System.nanoTime() - begun);
      return rest.isNegative() ? Duration.ZERO : rest;
    } catch (IOException | RuntimeException e) {
      kept.troubled(String.valueOf(e.getMessage()));
      LOG.warn("no snapshot of volume {}: {}", kept.local().name(), e.toString());
      Duration longer = waited.multipliedBy(2).plusSeconds(1);
      return longer.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : longer;
    }
  }

  /** A little less, so that the volumes of many hosts do not come together. */
  private Duration jittered(Duration every) {
    return Duration.ofNanos((long) (every.toNanos() * (0.8 + 0.2 * random.nextDouble())));
  }

  @FunctionalInterface
  private interface Transfer {
    void run() throws IOException;
  }

  private void transferring(Transfer transfer) throws IOException {
    transfers.acquireUninterruptibly();
    try {
      transfer.run();
    } finally {
      transfers.release();
    }
  }

  private static ZansocException failed(String action, IOException cause) {
    String message = "%s failed: %s".formatted(action, cause.getMessage());
    boolean full = String.valueOf(cause.getMessage()).contains("No space left");
    return new ZansocException(full ? ErrorCode.NO_SPACE : ErrorCode.INTERNAL, message, cause);
  }

  /** Ends the snapshots; one under way is waited for. Volumes stay mounted. */
  @Override
  public void close() {
    closed = true;
    for (Slot slot : slots.values()) {
      slot.lock.lock();
      try {
        slot.changed.signalAll();
      } finally {
        slot.lock.unlock();
      }
    }
  }
}
