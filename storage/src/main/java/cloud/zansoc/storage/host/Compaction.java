package cloud.zansoc.storage.host;

import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reclaims the space of a closed log file: appends what is still needed to the end of the log,
 * waits until that is durable, and deletes the file. A crash at any step leaves the file, or its
 * content at the end of the log, or both. Used by one thread at a time.
 *
 * <p>Three things must be carried on. A block that is read from this file. A pair of shard and
 * block that this file establishes, as a reference where the block stands elsewhere. A tombstone,
 * unless the file is the oldest, since what it kills stands before it in the log; a tombstone whose
 * shard is in use again cannot move, so that its file waits.
 */
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  /** How many blocks are moved with one sync; each takes a block's size of memory. */
  private static final int BLOCKS_AT_ONCE = 8;

  private final BlockStore store;
  private final Pace pace;
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final List<Append> underWay = new ArrayList<>();
  private int buffersInUse;

  Compaction(BlockStore store, Pace pace) {
    this.store = store;
    this.pace = pace;
  }

  /** The files of which half or more is garbage, the emptiest first. */
  static List<Integer> candidates(BlockStore store) {
    return store.files().closed().stream()
        .filter(number -> garbage(store, number) >= 0.5)
        .sorted(Comparator.comparingDouble((Integer number) -> -garbage(store, number)))
        .toList();
  }

  private static double garbage(BlockStore store, int number) {
    long live = store.index().read(all -> all.liveBytes(number));
    return 1 - (double) live / store.files().size(number);
  }

  /**
   * Compacts one file.
   *
   * @return false if the file must stay for now
   */
  boolean run(int number) throws IOException {
    List<LogRecord> records = LogRecords.of(store, number);
    if (records.isEmpty() && store.files().size(number) > LogFile.HEADER_BYTES) {
      return false; // unreadable as a whole: left for its owner to look at
    }
    try {
      for (LogRecord record : records) {
        if (!carryOn(number, record)) {
          return false;
        }
      }
    } catch (ZansocException e) {
      LOG.warn("compaction of {} waits: {}", LogFile.name(number), e.getMessage());
      return false;
    } finally {
      finishMoves();
    }
    if (isNeeded(number, records)) {
      return false;
    }
    store.disk().delete(LogFile.name(number));
    store.disk().delete(LogFile.summaryName(number));
    store.disk().sync();
    store.files().remove(number);
    store.index().write(all -> all.dropFile(number));
    return true;
  }

  private boolean carryOn(int number, LogRecord record) {
    return switch (record.kind()) {
      case BLOCK -> carryOnBlock(number, record);
      case REFERENCE -> carryOnPair(record);
      case FORGET -> store.files().isOldest(number) || carryOnForget(record.shard());
    };
  }

  private boolean carryOnForget(ShardId shard) {
    return append(
        Append.forget(shard),
        () -> !store.index().read(all -> all.knows(shard)) && !store.writer().isPending(shard));
  }

  /** A pair that has been forgotten needs nothing. */
  private boolean carryOnPair(LogRecord record) {
    boolean _ =
        append(
            Append.reference(record.shard(), record.digest()),
            () -> store.index().read(all -> all.find(record.shard(), record.digest())).isPresent());
    return true;
  }

  private boolean carryOnBlock(int number, LogRecord record) {
    BlockIndex.Place place = new BlockIndex.Place(number, record.offset(), record.length());
    BlockIndex.Found here = new BlockIndex.Found(place, false);
    while (store.index().read(all -> all.find(record.digest())).equals(Optional.of(here))) {
      Optional<ShardId> owner = ownerOf(record);
      ByteBuffer block = nextBuffer();
      if (owner.isEmpty() || !pace.spend(record.diskBytes())) {
        return owner.isEmpty();
      }
      switch (store.reader().read(place, record.digest(), block.clear())) {
        case GOOD -> {
          Append copy = Append.block(owner.get(), record.digest(), block.flip());
          if (append(
              copy,
              () ->
                  store
                      .index()
                      .read(all -> all.find(owner.get(), record.digest()))
                      .equals(Optional.of(here)))) {
            return true;
          }
        }
        case DAMAGED, GONE -> {
          store.reportDamage(record.digest(), place);
          return true;
        }
        case UNREADABLE -> {
          store.reportDamage(record.digest(), place);
          return false;
        }
      }
    }
    Optional<BlockIndex.Found> pair =
        store.index().read(all -> all.find(record.shard(), record.digest()));
    return pair.isEmpty() || pair.get().place().equals(place) || carryOnPair(record);
  }

  /** The shard that the record names, or another one if that has forgotten the block. */
  private Optional<ShardId> ownerOf(LogRecord record) {
    List<BlockIndex.Holding> holders = store.index().read(all -> all.holders(record.digest()));
    return holders.stream()
        .map(BlockIndex.Holding::shard)
        .filter(record.shard()::equals)
        .findFirst()
        .or(() -> holders.stream().map(BlockIndex.Holding::shard).findFirst());
  }

  private boolean append(Append record, BooleanSupplier condition) {
    store.space().reserveForCopy(record.diskBytes());
    boolean queued = false;
    try {
      Optional<Append> appended = store.writer().appendIf(condition, record);
      appended.ifPresent(underWay::add);
      queued = appended.isPresent();
    } finally {
      if (!queued) {
        store.space().release(record.diskBytes());
      }
    }
    return queued;
  }

  /** A buffer that no move under way reads. */
  private ByteBuffer nextBuffer() {
    if (buffersInUse == BLOCKS_AT_ONCE) {
      finishMoves();
    }
    if (buffersInUse == buffers.size()) {
      buffers.add(ByteBuffer.allocate(Limits.BLOCK_BYTES));
    }
    return buffers.get(buffersInUse++);
  }

  private void finishMoves() {
    try {
      underWay.forEach(Append::await);
    } finally {
      underWay.forEach(record -> store.space().release(record.diskBytes()));
      underWay.clear();
      buffersInUse = 0;
    }
  }

  /** The last check before a file goes: no undamaged block is read from it. */
  private boolean isNeeded(int number, List<LogRecord> records) {
    for (LogRecord record : records) {
      Optional<BlockIndex.Found> found = store.index().read(all -> all.find(record.digest()));
      if (found.isPresent() && !found.get().damaged() && found.get().place().file() == number) {
        LOG.error("{} still holds {} after its compaction", LogFile.name(number), record.digest());
        return true;
      }
    }
    return false;
  }
}
