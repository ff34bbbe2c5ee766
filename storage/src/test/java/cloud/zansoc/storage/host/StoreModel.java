package cloud.zansoc.storage.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** What a block store should hold, the naive way: which blocks each shard has. Thread-safe. */
final class StoreModel {
  /** Small files, so that short tests have many of them. */
  static final BlockStoreSettings SETTINGS =
      new BlockStoreSettings(
          ByteSize.ofGibibytes(1000),
          new ByteSize(0),
          ByteSize.ofKibibytes(16),
          ByteSize.ofGibibytes(1),
          new ByteSize(0));

  private final Map<ShardId, Map<Digest, byte[]>> shards = new LinkedHashMap<>();
  private final Set<ShardId> unsure = new HashSet<>();
  private final Map<ShardId, Set<Digest>> unsureBlocks = new LinkedHashMap<>();

  static ShardId shard(int number) {
    return new ShardId(number, ~number);
  }

  /** The block number {@code number}: 1 to {@code maxBytes} bytes, the same at each call. */
  static byte[] block(int number, int maxBytes) {
    java.util.Random random = new java.util.Random(number);
    byte[] block = new byte[1 + random.nextInt(maxBytes)];
    random.nextBytes(block);
    return block;
  }

  synchronized void beginPut(ShardId shard, Digest digest) {
    unsureBlocks.computeIfAbsent(shard, _ -> new HashSet<>()).add(digest);
  }

  synchronized void endPut(ShardId shard, Digest digest, byte[] block) {
    shards.computeIfAbsent(shard, _ -> new LinkedHashMap<>()).put(digest, block);
    unsureBlocks.getOrDefault(shard, new HashSet<>()).remove(digest);
  }

  synchronized void beginForget(ShardId shard) {
    unsure.add(shard);
  }

  synchronized void endForget(ShardId shard) {
    unsure.remove(shard);
    shards.remove(shard);
  }

  synchronized List<ShardId> shards() {
    return List.copyOf(shards.keySet());
  }

  synchronized List<Digest> digests(ShardId shard) {
    return List.copyOf(shards.getOrDefault(shard, Map.of()).keySet());
  }

  void put(BlockStore store, ShardId shard, byte[] block) {
    Digest digest = Digest.sha256(block);
    beginPut(shard, digest);
    store.put(shard, digest, ByteBuffer.wrap(block));
    endPut(shard, digest, block);
  }

  void forget(BlockStore store, ShardId shard) {
    beginForget(shard);
    store.forget(List.of(shard));
    endForget(shard);
  }

  /** Any change, by chance. */
  void change(BlockStore store, RandomGenerator random, int maxBlockBytes) {
    int kind = random.nextInt(100);
    if (kind < 80) {
      put(store, shard(random.nextInt(12)), block(random.nextInt(200), maxBlockBytes));
    } else if (kind < 92) {
      forget(store, shard(random.nextInt(12)));
    } else {
      store.compact();
    }
  }

  /**
   * Compares; where a call had begun and not returned, either outcome is right and becomes what the
   * model says.
   */
  synchronized void check(BlockStore store) {
    Set<ShardId> all = new HashSet<>(shards.keySet());
    all.addAll(unsure);
    all.addAll(unsureBlocks.keySet());
    all.add(shard(-1));
    for (ShardId shard : all) {
      Map<Digest, byte[]> expected = shards.computeIfAbsent(shard, _ -> new LinkedHashMap<>());
      Set<Digest> found = new TreeSet<>(store.holdings(shard).digests());
      if (unsure.contains(shard) && found.isEmpty()) {
        expected.clear();
      }
      for (Digest digest : unsureBlocks.getOrDefault(shard, Set.of())) {
        settle(store, shard, digest, expected, found);
      }
      assertThat(found).as("shard %s", shard).isEqualTo(new TreeSet<>(expected.keySet()));
      expected.forEach((digest, block) -> assertThat(read(store, shard, digest)).isEqualTo(block));
      assertThat(store.holdings(shard).bytes())
          .isEqualTo(expected.values().stream().mapToLong(block -> block.length).sum());
      List<Digest> asked = new ArrayList<>(expected.keySet());
      asked.add(Digest.sha256(new byte[] {1, 2, 3}));
      assertThat(store.has(shard, asked).cardinality()).isEqualTo(expected.size());
    }
    unsure.clear();
    unsureBlocks.clear();
    checkTotals(store);
  }

  private static void settle(
      BlockStore store,
      ShardId shard,
      Digest digest,
      Map<Digest, byte[]> expected,
      Set<Digest> found) {
    if (found.contains(digest) && !expected.containsKey(digest)) {
      byte[] block = read(store, shard, digest);
      assertThat(Digest.sha256(block)).isEqualTo(digest);
      expected.put(digest, block);
    } else if (!found.contains(digest) && !expected.containsKey(digest)) {
      assertThat(errorOfGet(store, shard, digest)).isEqualTo(ErrorCode.NOT_FOUND);
    }
  }

  private void checkTotals(BlockStore store) {
    Map<Digest, Integer> distinct = new LinkedHashMap<>();
    shards.values().forEach(held -> held.forEach((d, block) -> distinct.put(d, block.length)));
    assertThat(store.totals().blocks()).isEqualTo(distinct.size());
    assertThat(store.totals().storedBytes())
        .isEqualTo(distinct.values().stream().mapToLong(Integer::longValue).sum());
  }

  static byte[] read(BlockStore store, ShardId shard, Digest digest) {
    ByteBuffer into = ByteBuffer.allocate(Limits.BLOCK_BYTES);
    int length = store.get(shard, digest, into);
    assertThat(into.position()).isEqualTo(length);
    return java.util.Arrays.copyOf(into.array(), length);
  }

  static ErrorCode errorOfGet(BlockStore store, ShardId shard, Digest digest) {
    try {
      byte[] _ = read(store, shard, digest);
      throw new AssertionError("block " + digest + " was served");
    } catch (ZansocException e) {
      return e.code();
    }
  }
}
