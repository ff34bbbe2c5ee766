package cloud.zansoc.storage.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes, at random moments, and checks what it left each time. */
final class KillTest {
  private static final int KILLS = 200;
  private static final Pattern LINE = Pattern.compile("([pPfF]) ([0-9]+) ([0-9]+) \\.");
  private static final long SEED = 42;
  private static final int MAX_LINES = 400;
  private static final int MAX_START_MILLIS = 500;
  private static final int BLOCKS_OF_A_RUN = 100_000;

  @Test
  void store_killedAtRandomMoments_losesNothingAcknowledged(@TempDir Path folder)
      throws IOException, InterruptedException {
    Random random = new Random(SEED);
    StoreModel model = new StoreModel();
    int acknowledged = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      try {
        acknowledged += runAndKill(folder, kill, model, random);
        checkAndClear(folder, model, random);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + SEED + ", kill " + kill, e);
      }
    }
    System.out.println(KILLS + " kills, " + acknowledged + " acknowledgements");
    assertThat(acknowledged).isGreaterThan(KILLS * 20);
  }

  /** Most kills come after a random number of lines, some while the process starts and recovers. */
  private static int runAndKill(Path folder, int run, StoreModel model, Random random)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                folder.toString(),
                Long.toString(random.nextLong()),
                Integer.toString(run * BLOCKS_OF_A_RUN))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      int wanted = random.nextInt(MAX_LINES);
      int read = 0;
      int acknowledged = 0;
      if (random.nextInt(8) == 0) {
        boolean ended = process.waitFor(random.nextInt(MAX_START_MILLIS), TimeUnit.MILLISECONDS);
        assertThat(ended).as("the writer ended by itself").isFalse();
        wanted = 0;
      }
      for (String line = ""; line != null; line = lines.readLine()) {
        acknowledged += note(line, model);
        if (read++ == wanted) {
          process.toHandle().destroyForcibly(); // unlike the process, leaves the output readable
        }
      }
      assertThat(process.waitFor()).as("the writer failed by itself").isEqualTo(128 + 9);
      return acknowledged;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Takes a line in; gives 1 if it acknowledges something. */
  private static int note(String line, StoreModel model) {
    Matcher words = LINE.matcher(line);
    if (!words.matches()) {
      return 0; // the kill tore it, and the thing it says was begun before
    }
    ShardId shard = StoreModel.shard(Integer.parseInt(words.group(2)));
    byte[] block = StoreModel.block(Integer.parseInt(words.group(3)), KilledWriter.MAX_BLOCK_BYTES);
    switch (words.group(1)) {
      case "p" -> model.beginPut(shard, Digest.sha256(block));
      case "P" -> model.endPut(shard, Digest.sha256(block), block);
      case "f" -> model.beginForget(shard);
      default -> model.endForget(shard);
    }
    return Character.isUpperCase(line.charAt(0)) ? 1 : 0;
  }

  /** Checks everything; then makes room, so that the test stays quick. */
  private static void checkAndClear(Path folder, StoreModel model, Random random) {
    RecordingListener listener = new RecordingListener();
    try (BlockStore store = BlockStore.open(folder, KilledWriter.SETTINGS, listener)) {
      model.check(store);
      for (ShardId shard : List.copyOf(model.shards())) {
        if (random.nextInt(4) == 0) {
          model.forget(store, shard);
        }
      }
    }
    assertThat(listener.damaged).isEmpty();
    assertThat(listener.unreadable).isEmpty();
  }
}
