package cloud.zansoc.storage.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that changes a block store with many threads until it is killed, and says what it does:
 * "p" before and "P" after a put, "f" before and "F" after a forget, each followed by the shard,
 * the block (0 for a forget) and a dot, without which the line is torn.
 */
final class KilledWriter {
  static final int MAX_BLOCK_BYTES = 24 * 1024;
  static final int WRITERS = 8;
  static final int SHARDS = 16;

  /** Small files and fast maintenance, so that kills hit new files and compaction too. */
  static final BlockStoreSettings SETTINGS =
      new BlockStoreSettings(
          ByteSize.ofGibibytes(100),
          new ByteSize(0),
          ByteSize.ofKibibytes(512),
          ByteSize.ofGibibytes(1),
          ByteSize.ofMebibytes(8));

  private KilledWriter() {}

  /** Arguments: the folder, a seed, the number of the first block. */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    long seed = Long.parseLong(arguments[1]);
    int first = Integer.parseInt(arguments[2]);
    BlockStore store = BlockStore.open(Path.of(arguments[0]), SETTINGS, new RecordingListener());
    store.startMaintenance();
    List<Thread> threads = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int own = writer;
      threads.add(
          Thread.startVirtualThread(() -> write(store, out, new Random(seed + own), first, own)));
    }
    threads.forEach(Threads::joinFully);
  }

  /** Each writer has blocks and shards of its own, so that the order of its lines is the truth. */
  private static void write(
      BlockStore store, PrintStream out, Random random, int first, int writer) {
    int number = first + writer;
    while (true) {
      int shardNumber = writer + WRITERS * random.nextInt(SHARDS);
      ShardId shard = StoreModel.shard(shardNumber);
      if (random.nextInt(60) == 0) {
        out.println("f " + shardNumber + " 0 .");
        store.forget(List.of(shard));
        out.println("F " + shardNumber + " 0 .");
      } else {
        byte[] block = StoreModel.block(number, MAX_BLOCK_BYTES);
        out.println("p " + shardNumber + " " + number + " .");
        store.put(shard, Digest.sha256(block), ByteBuffer.wrap(block));
        out.println("P " + shardNumber + " " + number + " .");
        number += WRITERS;
      }
    }
  }
}
