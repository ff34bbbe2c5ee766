package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.VolumeAttachment;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A hub of one volume, and its storage, in a folder that several processes use. What the real hub
 * decides by its database is decided here by files: the state, and which generation holds it.
 */
final class FolderVolumeHub implements VolumeHub {
  /** How many snapshots it retains. */
  static final int RETAINED = 4;

  private final Path folder;
  private final AtomicLong uploaded = new AtomicLong();
  private final AtomicLong safe = new AtomicLong();
  private volatile Runnable beforePut = () -> {};
  private volatile Runnable beforeRecord = () -> {};
  private volatile Runnable afterRecord = () -> {};
  private volatile Runnable beforeCopy = () -> {};

  FolderVolumeHub(Path folder) {
    this.folder = folder;
  }

  /** Makes the volume. */
  FolderVolumeHub create(ByteSize size) throws IOException {
    Files.createDirectories(folder.resolve("objects"));
    write(
        new VolumeAttachment(
            "v", "b", new byte[32], size, List.of(), 0, Optional.empty(), Optional.empty()));
    hold(1);
    return this;
  }

  /** From now on only this generation may do anything. */
  void hold(long generation) throws IOException {
    Files.writeString(folder.resolve("generation"), Long.toString(generation));
  }

  /** The next image begins with this snapshot. */
  void startWith(long number) {
    VolumeAttachment now = read();
    write(
        new VolumeAttachment(
            "v",
            "b",
            now.key(),
            now.size(),
            now.snapshots(),
            now.lastNumber(),
            Optional.of(number),
            now.origin()));
  }

  void beforePut(Runnable action) {
    beforePut = action;
  }

  void beforeRecord(Runnable action) {
    beforeRecord = action;
  }

  void afterRecord(Runnable action) {
    afterRecord = action;
  }

  void beforeCopy(Runnable action) {
    beforeCopy = action;
  }

  /** Bytes put through this object since it was asked last. */
  long takeUploaded() {
    return uploaded.getAndSet(0);
  }

  /** How often it was told that nothing has changed. */
  long safe() {
    return safe.get();
  }

  List<VolumeSnapshot> snapshots() {
    return read().snapshots();
  }

  /** The folder of the objects. */
  Path objects() {
    return folder.resolve("objects");
  }

  @Override
  public VolumeAttachment attachment(String volume, long generation) {
    requireHolder(generation);
    return read();
  }

  @Override
  public VolumeAttachment record(String volume, long generation, VolumeSnapshot snapshot) {
    beforeRecord.run();
    requireHolder(generation);
    VolumeAttachment now = read();
    if (!now.snapshots().contains(snapshot)) {
      if (snapshot.number() != now.lastNumber() + 1) {
        throw new ZansocException(ErrorCode.CONFLICT, "not the next: " + snapshot);
      }
      List<VolumeSnapshot> all = new ArrayList<>(now.snapshots());
      all.addFirst(snapshot);
      write(
          new VolumeAttachment(
              "v",
              "b",
              now.key(),
              now.size(),
              all.subList(0, Math.min(all.size(), RETAINED)),
              snapshot.number(),
              Optional.of(snapshot.number()),
              Optional.empty()));
    }
    afterRecord.run();
    return read();
  }

  @Override
  public void safe(String volume, long generation, Instant until) {
    requireHolder(generation);
    safe.incrementAndGet();
  }

  /** The next image begins with the newest snapshot of another volume. */
  void beginWith(FolderVolumeHub other) {
    VolumeAttachment now = read();
    write(
        new VolumeAttachment(
            "v",
            "b",
            now.key(),
            now.size(),
            List.of(),
            0,
            Optional.empty(),
            Optional.of(
                new VolumeAttachment.Origin(
                    other.folder.toString(), new byte[32], other.snapshots().getFirst()))));
  }

  @Override
  public SnapshotStorage origin(VolumeAttachment.Origin origin, String volume, long generation) {
    FolderVolumeHub other = new FolderVolumeHub(Path.of(origin.bucket()));
    return other.new Objects(other.holder());
  }

  @Override
  public SnapshotStorage storage(VolumeAttachment volume, long generation) {
    return new Objects(generation);
  }

  private void requireHolder(long generation) {
    if (holder() != generation) {
      throw new ZansocException(
          ErrorCode.CONFLICT, "generation %d has it, not %d".formatted(holder(), generation));
    }
  }

  private long holder() {
    try {
      return Long.parseLong(Files.readString(folder.resolve("generation")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private VolumeAttachment read() {
    try {
      return Json.read(Files.readAllBytes(folder.resolve("state")), VolumeAttachment.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(VolumeAttachment state) {
    try {
      Path next = Files.write(folder.resolve("state.new"), Json.write(state));
      Files.move(next, folder.resolve("state"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Objects implements SnapshotStorage {
    private final long generation;

    Objects(long generation) {
      this.generation = generation;
    }

    @Override
    public void put(String key, InputStream content) {
      requireHolder(generation);
      beforePut.run();
      try {
        long bytes = Files.copy(content, objects().resolve(key));
        uploaded.addAndGet(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public long size(String key) {
      try {
        return Files.size(objects().resolve(key));
      } catch (IOException e) {
        throw new ZansocException(ErrorCode.NOT_FOUND, "no object " + key, e);
      }
    }

    @Override
    public void copy(String key, long offset, long length, WritableByteChannel out) {
      requireHolder(generation);
      beforeCopy.run();
      try (FileChannel channel = FileChannel.open(objects().resolve(key))) {
        ByteBuffer bytes = ByteBuffer.allocate(100_000);
        long end = Math.min(channel.size(), offset + length);
        for (long at = offset; at < end; ) {
          bytes.clear().limit((int) Math.min(bytes.capacity(), end - at));
          at += channel.read(bytes, at);
          out.write(bytes.flip());
        }
      } catch (IOException e) {
        throw new ZansocException(ErrorCode.DATA_UNAVAILABLE, "object " + key, e);
      }
    }

    @Override
    public List<String> keys() {
      try (Stream<Path> files = Files.list(objects())) {
        return files.map(file -> file.getFileName().toString()).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void remove(String key) {
      requireHolder(generation);
      try {
        Files.deleteIfExists(objects().resolve(key));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }
}
