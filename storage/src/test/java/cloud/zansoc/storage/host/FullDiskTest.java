package cloud.zansoc.storage.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system without space: a small tmpfs, where this user may mount one. */
final class FullDiskTest {
  private static final ShardId SHARD = StoreModel.shard(1);

  @Test
  void put_realDiskFilledByAnother_isRefusedAndWorksAgainLater(@TempDir Path folder)
      throws IOException, InterruptedException {
    if (run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder.toString()) != 0) {
      System.out.println(
          "skipped: mounting a tmpfs takes root; the simulated disk is full elsewhere");
      return;
    }
    try {
      fillAndUse(folder);
    } finally {
      assertThat(run("umount", folder.toString())).isZero();
    }
  }

  /** The reserve is zero here, so that the file system itself says no, in the middle of a write. */
  private static void fillAndUse(Path folder) throws IOException {
    BlockStoreSettings settings =
        new BlockStoreSettings(
            ByteSize.ofGibibytes(1),
            new ByteSize(0),
            ByteSize.ofKibibytes(4),
            ByteSize.ofGibibytes(1),
            new ByteSize(0));
    List<byte[]> stored = new ArrayList<>();
    Path store = folder.resolve("store");
    Path ballast = folder.resolve("ballast");
    try (BlockStore blocks = open(store, settings)) {
      fill(blocks, stored);
      assertThat(stored.size()).isGreaterThan(50);
      blocks.forget(List.of(StoreModel.shard(2)));
      Files.write(ballast, new byte[8]);
    }
    try (BlockStore blocks = open(store, settings)) {
      assertThat(blocks.readOnlyReason()).isEmpty();
      for (byte[] block : stored) {
        assertThat(StoreModel.read(blocks, SHARD, Digest.sha256(block))).isEqualTo(block);
      }
      blocks.forget(List.of(SHARD));
      blocks.compact();
      assertThat(blocks.totals().blocks()).isZero();
      stored.clear();
      fill(blocks, stored);
      assertThat(stored.size()).isGreaterThan(50);
    }
  }

  private static BlockStore open(Path folder, BlockStoreSettings settings) {
    return BlockStore.open(folder, settings, new RecordingListener());
  }

  private static void fill(BlockStore blocks, List<byte[]> stored) {
    for (int number = 0; ; number++) {
      byte[] block = StoreModel.block(number, 30_000);
      try {
        blocks.put(SHARD, Digest.sha256(block), ByteBuffer.wrap(block));
        stored.add(block);
      } catch (ZansocException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE);
        return;
      }
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // there is no such program here
    }
  }
}
