package cloud.zansoc.storage.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power of a simulated disk thousands of times, at any step and in the middle of writes.
 */
final class PowerCutTest {
  private static final int SERIES = 250;
  private static final int CUTS_OF_A_SERIES = 12;
  private static final int MAX_STEPS = 60;

  @Test
  void powerCuts_oneWriter_loseNothingAcknowledged() throws IOException {
    for (long seed = 0; seed < SERIES; seed++) {
      runSeries(seed, 1, new SimulatedDisk());
    }
  }

  @Test
  void powerCuts_manyWriters_loseNothingAcknowledged() throws IOException {
    for (long seed = 1000; seed < 1000 + SERIES / 4; seed++) {
      runSeries(seed, 6, new SimulatedDisk());
    }
  }

  /** The test of the test: an acknowledgement before the sync must be noticed. */
  @Test
  void powerCuts_whenFilesAreNotSynced_areNoticed() {
    assertThatThrownBy(() -> runWithFault(SimulatedDisk.Fault.FILE_SYNC_IGNORED))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void powerCuts_whenFolderIsNotSynced_areNoticed() {
    assertThatThrownBy(() -> runWithFault(SimulatedDisk.Fault.FOLDER_SYNC_IGNORED))
        .isInstanceOf(AssertionError.class);
  }

  private static void runWithFault(SimulatedDisk.Fault fault) throws IOException {
    for (long seed = 2000; seed < 2020; seed++) {
      SimulatedDisk disk = new SimulatedDisk();
      disk.setFault(fault);
      runSeries(seed, 1, disk);
    }
  }

  private static void runSeries(long seed, int writers, SimulatedDisk first) throws IOException {
    Random random = new Random(seed);
    StoreModel model = new StoreModel();
    RecordingListener listener = new RecordingListener();
    SimulatedDisk disk = first;
    // As through the system's cache, and past it on disks with sectors of either size.
    disk.setAlignment(List.of(1, 512, 4096).get((int) (seed % 3)));
    try {
      for (int cut = 0; cut < CUTS_OF_A_SERIES; cut++) {
        disk.cutPowerAfter(1 + random.nextInt(MAX_STEPS));
        useUntilPowerCut(disk, model, random, writers);
        disk = disk.afterPowerCut(random);
        SimulatedDisk recovered = disk.copy();
        try (BlockStore store = BlockStore.open(recovered, StoreModel.SETTINGS, listener)) {
          model.check(store);
        }
        disk = random.nextBoolean() ? recovered : disk; // else the next cut may hit the recovery
        assertThat(listener.damaged).isEmpty();
        assertThat(listener.unreadable).isEmpty();
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static void useUntilPowerCut(
      SimulatedDisk disk, StoreModel model, Random random, int writers) {
    RecordingListener dying = new RecordingListener(); // a disk without power cannot be read
    try (BlockStore store = BlockStore.open(disk, StoreModel.SETTINGS, dying)) {
      List<Thread> threads = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        Random own = new Random(random.nextLong());
        threads.add(
            Thread.startVirtualThread(() -> changeUntilPowerCut(disk, store, model, own, writers)));
      }
      threads.forEach(Threads::joinFully);
    } catch (IOException e) {
      assertThat(disk.isOff()).isTrue();
    }
  }

  private static void changeUntilPowerCut(
      SimulatedDisk disk, BlockStore store, StoreModel model, Random random, int writers) {
    try {
      while (!disk.isOff()) {
        if (writers == 1) {
          model.change(store, random, 2000);
        } else {
          model.put(
              store,
              StoreModel.shard(random.nextInt(12)),
              StoreModel.block(random.nextInt(1 << 20), 2000));
        }
      }
    } catch (ZansocException | java.io.UncheckedIOException e) {
      assertThat(disk.isOff()).isTrue();
    }
  }
}
