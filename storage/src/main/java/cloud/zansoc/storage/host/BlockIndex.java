package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Which blocks each shard holds and where they stand in the log: the log's replay, in memory
 * outside the heap, about 60 bytes for each block. Not thread-safe; {@link SharedIndex} guards it.
 *
 * <p>An entry stands for a pair of shard and block. All entries of one block have the same place:
 * the newest copy in the log serves all its holders. Applying the records of the log in their order
 * gives the same index, whether they were just written or are replayed.
 */
final class BlockIndex implements AutoCloseable {
  /** Where a block stands in the log. */
  record Place(int file, long offset, int length) {}

  /** What the index knows of a block. */
  record Found(Place place, boolean damaged) {}

  /** A pair of shard and block. */
  record Holding(ShardId shard, Digest digest) {}

  /** Fields of an entry: digest, file, offset / 8, length and the damage flag, shard, next. */
  private static final int DIGEST = 0;

  private static final int FILE = 32;
  private static final int OFFSET = 36;
  private static final int LENGTH = 40;
  private static final int SHARD = 44;
  private static final int NEXT = 48;
  private static final int ENTRY_BYTES = 52;

  /** Fields of a shard: id, first entry, count of entries. */
  private static final int HIGH = 0;

  private static final int LOW = 8;
  private static final int FIRST = 16;
  private static final int COUNT = 20;
  private static final int SHARD_BYTES = 24;

  private static final int NONE = OffHeapHash.NONE;
  private static final int NO_FILE = 0;
  private static final int DAMAGED = 1 << 31;

  private final long seed;
  private final Arena arena = Arena.ofShared();
  private final OffHeapRecords entries = new OffHeapRecords(arena, ENTRY_BYTES);
  private final OffHeapRecords shards = new OffHeapRecords(arena, SHARD_BYTES);
  private final OffHeapHash byDigest = new OffHeapHash(this::hashOfEntry);
  private final OffHeapHash byShard = new OffHeapHash(this::hashOfShard);
  private final Map<Integer, Long> liveBytes = new HashMap<>();
  private final List<Holding> unplaced = new ArrayList<>();
  private long storedBytes;
  private long blocks;

  /**
   * @param seed a random number, so that nobody can choose blocks that collide
   */
  BlockIndex(long seed) {
    this.seed = seed;
  }

  /** Takes in one record of the log; records come in the order of the log. */
  void apply(int file, LogRecord record) {
    switch (record.kind()) {
      case BLOCK -> {
        place(file, record);
        addEntry(
            record.shard(), record.digest(), new Place(file, record.offset(), record.length()));
      }
      case REFERENCE -> addReference(record.shard(), record.digest());
      case FORGET -> forget(record.shard());
    }
    if (record.kind() != LogRecord.Kind.BLOCK) {
      liveBytes.merge(file, record.diskBytes(), Long::sum);
    }
  }

  /** A block, whoever holds it. */
  Optional<Found> find(Digest digest) {
    int entry = entryOf(digest);
    return entry == NONE || fileOf(entry) == NO_FILE ? Optional.empty() : Optional.of(found(entry));
  }

  /** A block that {@code shard} holds. */
  Optional<Found> find(ShardId shard, Digest digest) {
    int entry = entryOf(shard, digest);
    return entry == NONE ? Optional.empty() : Optional.of(found(entry));
  }

  /** Which of {@code digests} the shard holds undamaged. */
  BitSet has(ShardId shard, List<Digest> digests) {
    BitSet held = new BitSet(digests.size());
    int number = shardOf(shard);
    for (int i = 0; number != NONE && i < digests.size(); i++) {
      int entry = entryOf(number, digests.get(i));
      held.set(i, entry != NONE && (entries.getInt(entry, LENGTH) & DAMAGED) == 0);
    }
    return held;
  }

  boolean knows(ShardId shard) {
    return shardOf(shard) != NONE;
  }

  /** How many entries the shard has, damaged ones included. */
  int countOf(ShardId shard) {
    int number = shardOf(shard);
    return number == NONE ? 0 : shards.getInt(number, COUNT);
  }

  /** What the shard holds undamaged. */
  ShardHoldings holdings(ShardId shard) {
    List<Digest> digests = new ArrayList<>();
    long[] bytes = new long[1];
    forEachEntry(
        shard,
        entry -> {
          int length = entries.getInt(entry, LENGTH);
          if ((length & DAMAGED) == 0) {
            bytes[0] += length;
            digests.add(digestOf(entry));
          }
        });
    digests.sort(null);
    return new ShardHoldings(bytes[0], digests);
  }

  /** Everybody who holds the block. */
  List<Holding> holders(Digest digest) {
    List<Holding> holders = new ArrayList<>();
    forEachHolder(digest, entry -> holders.add(new Holding(shardIdOf(entry), digest)));
    return holders;
  }

  /**
   * Marks the block damaged, unless it has moved from {@code place} or is marked already.
   *
   * @return who holds it, if it was marked now
   */
  List<Holding> markDamaged(Digest digest, Place place) {
    Optional<Found> found = find(digest);
    if (found.isEmpty() || found.get().damaged() || !found.get().place().equals(place)) {
      return List.of();
    }
    forEachHolder(
        digest, entry -> entries.setInt(entry, LENGTH, entries.getInt(entry, LENGTH) | DAMAGED));
    return holders(digest);
  }

  /**
   * The blocks that are referred to and have no place yet. Besides lost ones these are blocks whose
   * first holder was forgotten before compaction moved a reference behind that.
   */
  Set<Digest> unplaced() {
    Set<Digest> digests = new HashSet<>();
    for (Holding holding : unplaced) {
      int entry = entryOf(holding.shard(), holding.digest());
      if (entry != NONE && fileOf(entry) == NO_FILE) {
        digests.add(holding.digest());
      }
    }
    return digests;
  }

  /** Gives the block of {@code record} its place for all its holders. */
  void place(int file, LogRecord record) {
    relocate(record.digest(), new Place(file, record.offset(), record.length()));
  }

  /** Drops references to blocks that no record gave; to be called when the replay has ended. */
  List<Holding> dropUnplaced() {
    List<Holding> dropped = new ArrayList<>();
    for (Holding holding : unplaced) {
      int entry = entryOf(holding.shard(), holding.digest());
      if (entry != NONE && fileOf(entry) == NO_FILE) {
        unlink(entry);
        dropEntry(entry);
        dropped.add(holding);
      }
    }
    unplaced.clear();
    return dropped;
  }

  /**
   * Bytes of the records in {@code file} that hold a block which is still needed, or no block:
   * those must mostly be carried on, so that nothing is won by moving them.
   */
  long liveBytes(int file) {
    return liveBytes.getOrDefault(file, 0L);
  }

  /** Forgets what is counted of a file that is gone. */
  void dropFile(int file) {
    liveBytes.remove(file);
  }

  /** The sum of the sizes of all blocks, each once. */
  long storedBytes() {
    return storedBytes;
  }

  /** How many blocks there are, each once. */
  long blocks() {
    return blocks;
  }

  @Override
  public void close() {
    byDigest.close();
    byShard.close();
    arena.close();
  }

  private void relocate(Digest digest, Place place) {
    Optional<Found> old = find(digest);
    old.ifPresent(found -> count(found.place(), -1));
    count(place, 1);
    forEachHolder(digest, entry -> setPlace(entry, place));
  }

  /** A compacted log may name a block before the copy of it that is left. */
  private void addReference(ShardId shard, Digest digest) {
    Optional<Found> block = find(digest);
    if (block.isEmpty()) {
      unplaced.add(new Holding(shard, digest));
    }
    addEntry(shard, digest, block.map(Found::place).orElse(new Place(NO_FILE, 0, 0)));
  }

  private void addEntry(ShardId shardId, Digest digest, Place place) {
    int shard = shardOf(shardId);
    if (shard == NONE) {
      shard = addShard(shardId);
    }
    if (entryOf(shard, digest) != NONE) {
      return;
    }
    int entry = entries.allocate();
    entries.setLong(entry, DIGEST, digest.a());
    entries.setLong(entry, DIGEST + 8, digest.b());
    entries.setLong(entry, DIGEST + 16, digest.c());
    entries.setLong(entry, DIGEST + 24, digest.d());
    setPlace(entry, place);
    entries.setInt(entry, SHARD, shard);
    entries.setInt(entry, NEXT, shards.getInt(shard, FIRST));
    shards.setInt(shard, FIRST, entry);
    shards.setInt(shard, COUNT, shards.getInt(shard, COUNT) + 1);
    byDigest.add(hash(digest), entry);
  }

  private int addShard(ShardId id) {
    int shard = shards.allocate();
    shards.setLong(shard, HIGH, id.high());
    shards.setLong(shard, LOW, id.low());
    shards.setInt(shard, FIRST, NONE);
    shards.setInt(shard, COUNT, 0);
    byShard.add(hash(id), shard);
    return shard;
  }

  private void forget(ShardId id) {
    int shard = shardOf(id);
    if (shard == NONE) {
      return;
    }
    int entry = shards.getInt(shard, FIRST);
    while (entry != NONE) {
      int next = entries.getInt(entry, NEXT);
      dropEntry(entry);
      entry = next;
    }
    dropShard(shard);
  }

  /** Takes an entry out of its shard's list, and the shard away when that was its last. */
  private void unlink(int entry) {
    int shard = entries.getInt(entry, SHARD);
    int next = entries.getInt(entry, NEXT);
    int at = shards.getInt(shard, FIRST);
    if (at == entry) {
      shards.setInt(shard, FIRST, next);
    } else {
      while (entries.getInt(at, NEXT) != entry) {
        at = entries.getInt(at, NEXT);
      }
      entries.setInt(at, NEXT, next);
    }
    int count = shards.getInt(shard, COUNT) - 1;
    shards.setInt(shard, COUNT, count);
    if (count == 0) {
      dropShard(shard);
    }
  }

  private void dropShard(int shard) {
    byShard.remove(hashOfShard(shard), shard);
    shards.free(shard);
  }

  /** Takes an entry out of the table; the block itself goes with its last entry. */
  private void dropEntry(int entry) {
    Digest digest = digestOf(entry);
    Place place = found(entry).place();
    byDigest.remove(hash(digest), entry);
    entries.free(entry);
    if (place.file() != NO_FILE && entryOf(digest) == NONE) {
      count(place, -1);
    }
  }

  private void count(Place place, int sign) {
    storedBytes += (long) sign * place.length();
    blocks += sign;
    liveBytes.merge(place.file(), sign * LogRecord.diskBytes(place.length()), Long::sum);
  }

  private void forEachEntry(ShardId id, IntConsumer action) {
    int shard = shardOf(id);
    if (shard != NONE) {
      for (int e = shards.getInt(shard, FIRST); e != NONE; e = entries.getInt(e, NEXT)) {
        action.accept(e);
      }
    }
  }

  private void forEachHolder(Digest digest, IntConsumer action) {
    int _ =
        byDigest.find(
            hash(digest),
            entry -> {
              if (isOf(entry, digest)) {
                action.accept(entry);
              }
              return false;
            });
  }

  private int entryOf(Digest digest) {
    return byDigest.find(hash(digest), entry -> isOf(entry, digest));
  }

  private int entryOf(ShardId id, Digest digest) {
    int shard = shardOf(id);
    return shard == NONE ? NONE : entryOf(shard, digest);
  }

  private int entryOf(int shard, Digest digest) {
    return byDigest.find(
        hash(digest), entry -> entries.getInt(entry, SHARD) == shard && isOf(entry, digest));
  }

  private int shardOf(ShardId id) {
    return byShard.find(
        hash(id),
        shard ->
            shards.getLong(shard, HIGH) == id.high() && shards.getLong(shard, LOW) == id.low());
  }

  private boolean isOf(int entry, Digest digest) {
    return entries.getLong(entry, DIGEST) == digest.a()
        && entries.getLong(entry, DIGEST + 8) == digest.b()
        && entries.getLong(entry, DIGEST + 16) == digest.c()
        && entries.getLong(entry, DIGEST + 24) == digest.d();
  }

  private Digest digestOf(int entry) {
    return new Digest(
        entries.getLong(entry, DIGEST),
        entries.getLong(entry, DIGEST + 8),
        entries.getLong(entry, DIGEST + 16),
        entries.getLong(entry, DIGEST + 24));
  }

  private ShardId shardIdOf(int entry) {
    int shard = entries.getInt(entry, SHARD);
    return new ShardId(shards.getLong(shard, HIGH), shards.getLong(shard, LOW));
  }

  private int fileOf(int entry) {
    return entries.getInt(entry, FILE);
  }

  private Found found(int entry) {
    int length = entries.getInt(entry, LENGTH);
    long offset = Integer.toUnsignedLong(entries.getInt(entry, OFFSET)) * LogRecord.ALIGNMENT;
    return new Found(new Place(fileOf(entry), offset, length & ~DAMAGED), (length & DAMAGED) != 0);
  }

  private void setPlace(int entry, Place place) {
    entries.setInt(entry, FILE, place.file());
    entries.setInt(entry, OFFSET, (int) (place.offset() / LogRecord.ALIGNMENT));
    entries.setInt(entry, LENGTH, place.length());
  }

  private int hashOfEntry(int entry) {
    return hash(digestOf(entry));
  }

  private int hashOfShard(int shard) {
    return hash(new ShardId(shards.getLong(shard, HIGH), shards.getLong(shard, LOW)));
  }

  private int hash(Digest digest) {
    return mix(digest.a() ^ Long.rotateLeft(digest.b(), 32));
  }

  private int hash(ShardId id) {
    return mix(id.high() ^ Long.rotateLeft(id.low(), 32));
  }

  /** The finishing steps of SplitMix64 (Steele, Lea and Flood, 2014), keyed by the seed. */
  private int mix(long value) {
    long mixed = (value ^ seed) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27) ^ seed) * 0x94d049bb133111ebL;
    return (int) (mixed >>> 32);
  }
}
