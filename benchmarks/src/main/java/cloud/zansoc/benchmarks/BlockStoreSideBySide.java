package cloud.zansoc.benchmarks;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.storage.host.BlockStore;
import cloud.zansoc.storage.host.BlockStoreSettings;
import cloud.zansoc.storage.host.DamageListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Durable puts of blocks of 256 KiB by 16 writers: the host's block store against a file for each
 * block, created, written and synced, both verifying the block's SHA-256 first. The two take turns
 * on the same disk, so that the ratio means something where the rates do not.
 *
 * <p>Argument: the folder to work in (default: the temporary one). Prints blocks per second.
 */
public final class BlockStoreSideBySide {
  private static final int WRITERS = 16;
  private static final int BLOCKS_OF_A_TURN = 2_000;
  private static final int TURNS = 6;

  private BlockStoreSideBySide() {}

  private interface Put {
    void put(Digest digest, ByteBuffer block);
  }

  private static final class Ignoring implements DamageListener {
    @Override
    public void damaged(ShardId shard, Digest digest) {}

    @Override
    public void unreadable(String file, long offset, long bytes) {}
  }

  /** Runs all turns; the first one of each side warms up and does not count. */
  public static void main(String[] arguments) throws IOException {
    Path parent =
        Path.of(arguments.length > 0 ? arguments[0] : System.getProperty("java.io.tmpdir"));
    Path folder = Files.createTempDirectory(Files.createDirectories(parent), "block-store");
    try {
      List<Double> ratios = new ArrayList<>();
      for (int turn = 0; turn < TURNS; turn++) {
        double log = storeTurn(folder.resolve("log-" + turn), turn);
        double files = fileTurn(Files.createDirectory(folder.resolve("files-" + turn)), turn);
        delete(folder.resolve("log-" + turn));
        delete(folder.resolve("files-" + turn));
        System.out.printf(
            Locale.ROOT,
            "%s block store %.0f/s, file per block %.0f/s, ratio %.2f%n",
            turn == 0 ? "warm-up:" : "turn " + turn + ": ",
            log,
            files,
            log / files);
        if (turn > 0) {
          ratios.add(log / files);
        }
      }
      ratios.sort(null);
      System.out.printf(
          Locale.ROOT, "median ratio %.2f (target 2.5)%n", ratios.get(ratios.size() / 2));
    } finally {
      delete(folder);
    }
  }

  private static double storeTurn(Path folder, int turn) {
    BlockStoreSettings settings =
        BlockStoreSettings.of(ByteSize.ofGibibytes(100), ByteSize.ofGibibytes(100));
    try (BlockStore store = BlockStore.open(folder, settings, new Ignoring())) {
      ShardId[] shards = new ShardId[WRITERS];
      for (int i = 0; i < WRITERS; i++) {
        shards[i] = new ShardId(turn, i);
      }
      AtomicInteger next = new AtomicInteger();
      return blocksPerSecond(
          turn,
          (digest, block) -> store.put(shards[next.getAndIncrement() % WRITERS], digest, block));
    }
  }

  private static double fileTurn(Path folder, int turn) {
    return blocksPerSecond(
        turn,
        (digest, block) -> {
          if (!Digest.sha256(block).equals(digest)) {
            throw new IllegalStateException("the benchmark's own block is damaged");
          }
          Path path = folder.resolve(digest.toString());
          try (FileChannel file =
              FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer from = block.duplicate();
            while (from.hasRemaining()) {
              file.write(from);
            }
            file.force(false);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Digests are made before the clock starts: a host is told them. */
  private static double blocksPerSecond(int turn, Put put) {
    List<List<Digest>> digests = new ArrayList<>();
    ByteBuffer pattern = pattern(turn);
    for (int writer = 0; writer < WRITERS; writer++) {
      List<Digest> own = new ArrayList<>();
      for (int i = 0; i < BLOCKS_OF_A_TURN / WRITERS; i++) {
        own.add(Digest.sha256(block(pattern, writer, i)));
      }
      digests.add(own);
    }
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int writer = 0; writer < WRITERS; writer++) {
      int own = writer;
      threads.add(
          Thread.startVirtualThread(() -> {
            ByteBuffer block = ByteBuffer.allocateDirect(Limits.BLOCK_BYTES);
            for (int i = 0; i < digests.get(own).size(); i++) {
              block.clear();
              block.put(pattern.duplicate()).flip();
              block.putInt(0, own).putInt(4, i);
              put.put(digests.get(own).get(i), block);
            }
          }));
    }
    for (Thread thread : threads) {
      join(thread);
    }
    return BLOCKS_OF_A_TURN * 1e9 / (System.nanoTime() - start);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the benchmark", e);
    }
  }

  private static ByteBuffer pattern(int turn) {
    byte[] bytes = new byte[Limits.BLOCK_BYTES];
    new SplittableRandom(turn).nextBytes(bytes);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static ByteBuffer block(ByteBuffer pattern, int writer, int number) {
    ByteBuffer block = ByteBuffer.allocate(Limits.BLOCK_BYTES).put(pattern.duplicate()).flip();
    return block.putInt(0, writer).putInt(4, number);
  }

  private static void delete(Path path) throws IOException {
    if (Files.notExists(path)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
