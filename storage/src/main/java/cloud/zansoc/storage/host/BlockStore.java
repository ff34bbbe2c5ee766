package cloud.zansoc.storage.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks that this host keeps: an append-only log of files with an index in memory.
 *
 * <p>What was acknowledged survives a crash at any instant. Every read is verified. All methods
 * block, and may be called from many (virtual) threads at once; an interrupt does not end a call
 * half-way and stays set. Failures are {@link ZansocException}s. docs/format/block-store.md gives
 * the bytes on disk.
 */
public final class BlockStore implements AutoCloseable {
  /** The most blocks of one shard on one host: a shard column has far fewer. */
  public static final int MAX_SHARD_BLOCKS = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(BlockStore.class);

  private final Disk disk;
  private final SharedIndex index;
  private final LogFiles files;
  private final LogTail tail;
  private final LogWriter writer;
  private final SpaceGauge space;
  private final BlockReader reader;
  private final DamageListener listener;
  private final Maintenance maintenance;

  /**
   * Opens the store in {@code folder}, which is made if it is not there.
   *
   * @throws ZansocException CONFLICT if another process has it open, INTERNAL if the disk fails
   */
  public static BlockStore open(Path folder, BlockStoreSettings settings, DamageListener listener) {
    try {
      Disk disk = new FolderDisk(folder);
      try {
        return open(disk, settings, listener);
      } catch (RuntimeException e) {
        disk.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "opening the block store in %s failed (%s): check that the disk is there and is writable"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  static BlockStore open(Disk disk, BlockStoreSettings settings, DamageListener listener)
      throws IOException {
    SecureRandom random = new SecureRandom();
    BlockIndex index = new BlockIndex(random.nextLong());
    try {
      Recovery.Recovered log = new Recovery(disk, index, listener).run();
      LogFiles files = new LogFiles(log.sizes(), log.lastNumber());
      LogTail tail = new LogTail(disk, files, log.tail(), settings.fileBytes().bytes(), random);
      return new BlockStore(disk, new SharedIndex(index), tail, settings, listener);
    } catch (IOException | RuntimeException e) {
      index.close();
      throw e;
    }
  }

  private BlockStore(
      Disk disk,
      SharedIndex index,
      LogTail tail,
      BlockStoreSettings settings,
      DamageListener listener) {
    this.disk = disk;
    this.index = index;
    this.files = tail.files();
    this.tail = tail;
    this.listener = listener;
    this.space = new SpaceGauge(disk, files, settings);
    this.reader = new BlockReader(disk);
    this.writer = new LogWriter(tail, index);
    this.maintenance = new Maintenance(this, settings);
  }

  /** Begins to reclaim space and to look for damage, in the background, until the store closes. */
  public void startMaintenance() {
    maintenance.start();
  }

  /**
   * Stores a block of {@code shard}; returns when it is durable. Storing what is already there
   * succeeds, and mends it if it was damaged.
   *
   * @param block 1 to 256 KiB, whose SHA-256 is {@code digest}; its position is left as it was
   * @throws ZansocException NO_SPACE, INVALID_ARGUMENT (the bytes do not have the digest, or the
   *     size), QUOTA_EXCEEDED (the shard has {@link #MAX_SHARD_BLOCKS}), HOST_PAUSED (the store is
   *     closed or read-only)
   */
  public void put(ShardId shard, Digest digest, ByteBuffer block) {
    requireBlock(digest, block);
    Optional<BlockIndex.Found> existing = index.read(all -> all.find(digest));
    boolean good = existing.isPresent() && isGood(existing.get(), digest);
    if (good && index.read(all -> all.find(shard, digest)).equals(existing)) {
      return;
    }
    if (index.read(all -> all.countOf(shard)) >= MAX_SHARD_BLOCKS) {
      throw new ZansocException(
          ErrorCode.QUOTA_EXCEEDED,
          "shard %s has %d blocks on this host already, which is the most"
              .formatted(shard, MAX_SHARD_BLOCKS));
    }
    if (!good || !refer(shard, digest, existing.get())) {
      Append record = Append.block(shard, digest, block);
      space.reserveForPut(record.diskBytes());
      appendReserved(record);
    }
  }

  private static void requireBlock(Digest digest, ByteBuffer block) {
    if (block.remaining() < 1 || block.remaining() > Limits.BLOCK_BYTES) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a block has 1 to %d bytes, not %d".formatted(Limits.BLOCK_BYTES, block.remaining()));
    }
    Digest found = Digest.sha256(block);
    if (!found.equals(digest)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the block was announced as %s, but its bytes are %s".formatted(digest, found));
    }
  }

  private boolean isGood(BlockIndex.Found found, Digest digest) {
    if (found.damaged()) {
      return false;
    }
    return switch (reader.check(found.place(), digest)) {
      case GOOD -> true;
      case GONE -> false;
      case DAMAGED, UNREADABLE -> {
        reportDamage(digest, found.place());
        yield false;
      }
    };
  }

  /** Lets {@code shard} share the copy of another shard, if that is still where it was. */
  private boolean refer(ShardId shard, Digest digest, BlockIndex.Found existing) {
    Append record = Append.reference(shard, digest);
    space.reserveForPut(record.diskBytes());
    try {
      Optional<Append> queued =
          writer.appendIf(
              () -> index.read(all -> all.find(digest)).equals(Optional.of(existing)), record);
      queued.ifPresent(Append::await);
      return queued.isPresent();
    } finally {
      space.release(record.diskBytes());
    }
  }

  /** Writes a record whose space is reserved, and gives the reservation back. */
  private void appendReserved(Append record) {
    try {
      writer.append(record).await();
    } finally {
      space.release(record.diskBytes());
    }
  }

  /**
   * Reads a block of {@code shard} into {@code into} from its position, which moves by the block's
   * size.
   *
   * @return the block's size in bytes
   * @throws ZansocException NOT_FOUND, or DAMAGED, which the listener has heard of
   */
  public int get(ShardId shard, Digest digest, ByteBuffer into) {
    while (true) {
      BlockIndex.Found found =
          index
              .read(all -> all.find(shard, digest))
              .orElseThrow(() ->
                  new ZansocException(
                      ErrorCode.NOT_FOUND,
                      "this host has no block %s of shard %s".formatted(digest, shard)));
      int length = found.place().length();
      if (into.remaining() < length) {
        throw new IllegalArgumentException(
            "a block of %d bytes for a buffer of %d".formatted(length, into.remaining()));
      }
      BlockReader.Outcome outcome =
          found.damaged() ? BlockReader.Outcome.DAMAGED : reader.read(found.place(), digest, into);
      if (outcome == BlockReader.Outcome.GOOD) {
        return length;
      }
      if (index.read(all -> all.find(shard, digest)).equals(Optional.of(found))) {
        reportDamage(digest, found.place());
        throw new ZansocException(
            ErrorCode.DAMAGED,
            "block %s of shard %s is damaged on this host: read others of its stripe"
                .formatted(digest, shard));
      }
    }
  }

  /** Which of {@code digests} the shard holds durably and, as far as is known, undamaged. */
  public BitSet has(ShardId shard, List<Digest> digests) {
    return index.read(all -> all.has(shard, digests));
  }

  /** Drops all blocks of these shards; returns when that is durable. Unknown ones are no error. */
  public void forget(Collection<ShardId> shards) {
    List<Append> queued = new ArrayList<>();
    for (ShardId shard : shards) {
      writer.appendForget(shard).ifPresent(queued::add);
    }
    queued.forEach(Append::await);
    maintenance.wake();
  }

  /** What the shard durably holds. */
  public ShardHoldings holdings(ShardId shard) {
    return index.read(all -> all.holdings(shard));
  }

  /** What the store holds in all. */
  public StoreTotals totals() {
    long free = tail.failure().isPresent() ? 0 : space.freeBytes();
    return index.read(
        all -> new StoreTotals(all.storedBytes(), all.blocks(), files.totalBytes(), free));
  }

  /** Changes how much the owner lends; what is stored stays, whatever its size. */
  public void setCapacity(ByteSize capacity) {
    space.setCapacity(capacity);
  }

  /** Why nothing can be stored until the store is opened again, if so. */
  public Optional<String> readOnlyReason() {
    return tail.failure().map(failure -> String.valueOf(failure.getMessage()));
  }

  /** Reclaims what can be reclaimed now, at full speed. */
  void compact() {
    maintenance.compact();
  }

  /** Verifies every block once, at full speed. */
  void scrub() {
    maintenance.scrub();
  }

  Disk disk() {
    return disk;
  }

  SharedIndex index() {
    return index;
  }

  LogFiles files() {
    return files;
  }

  LogWriter writer() {
    return writer;
  }

  SpaceGauge space() {
    return space;
  }

  BlockReader reader() {
    return reader;
  }

  /** Marks a block damaged and says so to the listener, once. */
  void reportDamage(Digest digest, BlockIndex.Place place) {
    List<BlockIndex.Holding> holders = new ArrayList<>();
    index.write(all -> holders.addAll(all.markDamaged(digest, place)));
    for (BlockIndex.Holding holder : holders) {
      LOG.error("block {} of shard {} at {} is damaged", digest, holder.shard(), place);
      listener.damaged(holder.shard(), digest);
    }
  }

  /** Ends maintenance, makes everything durable, and gives the folder back. */
  @Override
  public void close() {
    maintenance.close();
    writer.close();
    reader.close();
    index.close();
    try {
      disk.close();
    } catch (IOException e) {
      LOG.warn("closing the block store", e);
    }
  }
}
