package cloud.zansoc.storage.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Torn ends, flipped bits, failing syncs, full disks, second processes. */
final class DamageTest {
  private static final ShardId SHARD = StoreModel.shard(7);
  private static final String FIRST_LOG = LogFile.name(1);

  private final RecordingListener listener = new RecordingListener();

  private BlockStore open(SimulatedDisk disk) throws IOException {
    return BlockStore.open(disk, StoreModel.SETTINGS, listener);
  }

  private static void put(BlockStore store, byte[] block) {
    store.put(SHARD, Digest.sha256(block), ByteBuffer.wrap(block));
  }

  private static boolean has(BlockStore store, byte[] block) {
    return store.has(SHARD, List.of(Digest.sha256(block))).get(0);
  }

  @Test
  void open_tailCutAtEveryByte_keepsWhatStandsBefore() throws IOException {
    byte[] kept = StoreModel.block(1, 200);
    byte[] torn = StoreModel.block(2, 200);
    SimulatedDisk disk = new SimulatedDisk();
    BlockStore writer = open(disk);
    put(writer, kept);
    int start = disk.bytes(FIRST_LOG).length;
    put(writer, torn);
    byte[] log = disk.bytes(FIRST_LOG); // before the store closes: no summary
    for (int length = start; length <= log.length; length++) {
      SimulatedDisk cut = new SimulatedDisk();
      cut.put(FIRST_LOG, Arrays.copyOf(log, length));
      try (BlockStore store = open(cut)) {
        assertThat(StoreModel.read(store, SHARD, Digest.sha256(kept))).isEqualTo(kept);
        assertThat(has(store, torn)).as("cut at %d", length).isEqualTo(length == log.length);
        put(store, torn);
      }
      try (BlockStore store = open(cut)) {
        assertThat(StoreModel.read(store, SHARD, Digest.sha256(torn))).isEqualTo(torn);
      }
    }
    writer.close();
    assertThat(listener.unreadable).isEmpty();
    assertThat(listener.damaged).isEmpty();
  }

  @Test
  void flippedBit_anywhereInClosedFiles_losesAtMostOneBlockAndServesNoOther() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      SimulatedDisk disk = new SimulatedDisk();
      List<byte[]> blocks = new ArrayList<>();
      try (BlockStore store = open(disk)) {
        for (int i = 0; i < 40; i++) {
          blocks.add(StoreModel.block(round * 100 + i, 1500));
          put(store, blocks.getLast());
        }
      }
      boolean withSummary = round % 2 == 0;
      flip(disk, FIRST_LOG, random.nextInt(withSummary ? 0 : 32, disk.bytes(FIRST_LOG).length));
      if (!withSummary) {
        disk.delete(LogFile.summaryName(1));
      }
      assertThat(lost(disk, blocks)).as("round %d", round).isLessThanOrEqualTo(1);
    }
  }

  /** Reads everything; mends what is damaged; gives how many blocks were. */
  private int lost(SimulatedDisk disk, List<byte[]> blocks) throws IOException {
    int lost = 0;
    try (BlockStore store = open(disk)) {
      int before = listener.damaged.size();
      store.scrub();
      int heard = listener.damaged.size() - before;
      for (byte[] block : blocks) {
        Digest digest = Digest.sha256(block);
        if (has(store, block)) {
          assertThat(StoreModel.read(store, SHARD, digest)).isEqualTo(block);
          continue;
        }
        lost++;
        ErrorCode error = StoreModel.errorOfGet(store, SHARD, digest);
        assertThat(error).isEqualTo(heard > 0 ? ErrorCode.DAMAGED : ErrorCode.NOT_FOUND);
        assertThat(store.holdings(SHARD).digests()).doesNotContain(digest);
        put(store, block);
        assertThat(StoreModel.read(store, SHARD, digest)).isEqualTo(block);
      }
    }
    try (BlockStore store = open(disk)) {
      for (byte[] block : blocks) {
        assertThat(StoreModel.read(store, SHARD, Digest.sha256(block))).isEqualTo(block);
      }
    }
    return lost;
  }

  private static void flip(SimulatedDisk disk, String name, int at) {
    byte[] bytes = disk.bytes(name);
    bytes[at] ^= 0x10;
    disk.put(name, bytes);
  }

  @Test
  void get_damagedBlock_isReportedOnceAndNeverServed() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    byte[] block = StoreModel.block(3, 900);
    try (BlockStore store = open(disk)) {
      put(store, block);
      flip(disk, FIRST_LOG, disk.bytes(FIRST_LOG).length - 20);
      for (int i = 0; i < 3; i++) {
        ByteBuffer into = ByteBuffer.allocate(2000);
        assertThatThrownBy(() -> store.get(SHARD, Digest.sha256(block), into))
            .isInstanceOfSatisfying(
                ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED));
        assertThat(into.position()).isZero();
      }
      assertThat(listener.damaged).containsExactly(Digest.sha256(block));
    }
  }

  @Test
  void put_syncFails_storeIsReadOnlyAndDoubtfulEndIsMadeDurableOnOpen() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    byte[] good = StoreModel.block(1, 900);
    byte[] doubtful = StoreModel.block(2, 900);
    try (BlockStore store = open(disk)) {
      put(store, good);
      disk.setFault(SimulatedDisk.Fault.NEXT_SYNC_FAILS);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> put(store, doubtful))
            .isInstanceOfSatisfying(
                ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_PAUSED))
            .hasMessageContaining("read-only");
      }
      assertThat(store.readOnlyReason()).isPresent();
      assertThat(has(store, doubtful)).isFalse();
      assertThat(store.totals().freeBytes()).isZero();
      assertThat(StoreModel.read(store, SHARD, Digest.sha256(good))).isEqualTo(good);
    }
    boolean kept;
    try (BlockStore store = open(disk)) {
      kept = has(store, doubtful);
      assertThat(StoreModel.read(store, SHARD, Digest.sha256(good))).isEqualTo(good);
    }
    try (BlockStore store = open(disk.afterPowerCut(new Random(1)))) {
      assertThat(has(store, doubtful)).isEqualTo(kept);
      assertThat(has(store, good)).isTrue();
    }
  }

  @Test
  void put_diskFullInTheMiddleOfAWrite_isRefusedAndNothingElseSuffers() throws IOException {
    for (int room = 0; room < 700; room += 13) {
      SimulatedDisk disk = new SimulatedDisk();
      byte[] first = StoreModel.block(1, 900);
      byte[] second = new byte[600];
      try (BlockStore store = open(disk)) {
        put(store, first);
        long used = disk.list().stream().mapToLong(name -> disk.bytes(name).length).sum();
        disk.setTold(Long.MAX_VALUE);
        disk.setCapacity(used + room);
        boolean fits = room >= LogRecord.diskBytes(second.length);
        if (!fits) {
          assertThatThrownBy(() -> put(store, second))
              .isInstanceOfSatisfying(
                  ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE));
          assertThat(store.readOnlyReason()).isEmpty();
        }
        disk.setCapacity(Long.MAX_VALUE);
        put(store, second);
      }
      try (BlockStore store = open(disk)) {
        assertThat(StoreModel.read(store, SHARD, Digest.sha256(first))).isEqualTo(first);
        assertThat(StoreModel.read(store, SHARD, Digest.sha256(second))).isEqualTo(second);
      }
    }
    assertThat(listener.unreadable).isEmpty();
  }

  @Test
  void put_reserveReached_isRefusedBeforeWriting() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    BlockStoreSettings settings =
        new BlockStoreSettings(
            ByteSize.ofGibibytes(1),
            ByteSize.ofKibibytes(100),
            ByteSize.ofKibibytes(16),
            ByteSize.ofGibibytes(1),
            new ByteSize(0));
    disk.setCapacity(300 << 10);
    try (BlockStore store = BlockStore.open(disk, settings, listener)) {
      int stored = fill(store);
      assertThat(stored).isGreaterThan(50);
      assertThat(disk.usableBytes()).isGreaterThanOrEqualTo(100 << 10);
      assertThat(store.totals().freeBytes()).isLessThan(1100);
      store.forget(List.of(SHARD));
      store.compact();
      assertThat(fill(store)).isGreaterThan(stored / 2);
    }
  }

  @Test
  void put_capacityReached_isRefusedAndRaisingItHelps() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    BlockStoreSettings settings =
        new BlockStoreSettings(
            ByteSize.ofKibibytes(64),
            new ByteSize(0),
            ByteSize.ofKibibytes(16),
            ByteSize.ofGibibytes(1),
            new ByteSize(0));
    try (BlockStore store = BlockStore.open(disk, settings, listener)) {
      assertThat(fill(store)).isBetween(40, 64);
      assertThat(store.totals().diskBytes()).isLessThanOrEqualTo(64 << 10);
      store.setCapacity(ByteSize.ofKibibytes(80));
      byte[] block = StoreModel.block(123_456, 1000);
      put(store, block);
      assertThat(has(store, block)).isTrue();
    }
  }

  /** Puts blocks of 1000 bytes until there is no space; gives how many. */
  private static int fill(BlockStore store) {
    Random random = new Random(9);
    for (int count = 0; ; count++) {
      byte[] block = new byte[1000];
      random.nextBytes(block);
      try {
        put(store, block);
      } catch (ZansocException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE);
        return count;
      }
    }
  }

  @Test
  void put_otherBytesThanAnnounced_isRefused() throws IOException {
    try (BlockStore store = open(new SimulatedDisk())) {
      byte[] block = StoreModel.block(1, 900);
      Digest other = Digest.sha256(StoreModel.block(2, 900));
      assertThatThrownBy(() -> store.put(SHARD, other, ByteBuffer.wrap(block)))
          .isInstanceOfSatisfying(
              ZansocException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
      assertThat(store.totals().blocks()).isZero();
    }
  }

  @Test
  void open_folderInUse_saysSo(@TempDir Path folder) {
    try (BlockStore _ = BlockStore.open(folder, StoreModel.SETTINGS, listener)) {
      assertThatThrownBy(() -> BlockStore.open(folder, StoreModel.SETTINGS, listener))
          .isInstanceOfSatisfying(
              ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
          .hasMessageContaining("in use");
    }
    BlockStore.open(folder, StoreModel.SETTINGS, listener).close();
  }

  @Test
  void get_interruptedCallers_doNotHurtOthers(@TempDir Path folder) {
    try (BlockStore store = BlockStore.open(folder, StoreModel.SETTINGS, listener)) {
      byte[] block = StoreModel.block(1, 9000);
      Thread.currentThread().interrupt();
      put(store, block);
      assertThat(StoreModel.read(store, SHARD, Digest.sha256(block))).isEqualTo(block);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(store.readOnlyReason()).isEmpty();
      put(store, StoreModel.block(2, 9000));
    }
  }
}
