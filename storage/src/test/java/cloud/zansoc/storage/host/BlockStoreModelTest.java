package cloud.zansoc.storage.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store does what a map of maps does, over reopening and compaction; the seed is the name. */
final class BlockStoreModelTest {
  private static final int STEPS = 1500;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void store_randomChangesInMemory_equalsModel(long seed) throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    disk.setAlignment(seed % 2 == 0 ? 1 : 4096);
    run(seed, listener -> BlockStore.open(disk, StoreModel.SETTINGS, listener));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void store_randomChangesInFolder_equalsModel(long seed, @TempDir Path folder) throws IOException {
    run(seed, listener -> BlockStore.open(folder, StoreModel.SETTINGS, listener));
  }

  private interface Opening {
    BlockStore open(DamageListener listener) throws IOException;
  }

  private static void run(long seed, Opening opening) throws IOException {
    Random random = new Random(seed);
    StoreModel model = new StoreModel();
    RecordingListener listener = new RecordingListener();
    BlockStore store = opening.open(listener);
    for (int step = 0; step < STEPS; step++) {
      model.change(store, random, 3000);
      if (random.nextInt(60) == 0) {
        store.close();
        store = opening.open(listener);
      }
      if (random.nextInt(40) == 0) {
        model.check(store);
      }
    }
    model.check(store);
    store.scrub();
    store.close();
    assertThat(listener.damaged).isEmpty();
    assertThat(listener.unreadable).isEmpty();
  }
}
