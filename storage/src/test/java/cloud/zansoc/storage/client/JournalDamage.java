package cloud.zansoc.storage.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** What a disk, a crash or a hand may do to a journal. */
final class JournalDamage {
  private JournalDamage() {}

  /** Numbers from a seed that is printed. */
  static Random random(long seed) {
    System.out.println("seed " + seed);
    return new Random(seed);
  }

  /** Cuts the file short, flips a bit of a byte, or puts a line of anything into it. */
  static void of(Path file, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(3)) {
      case 0 -> Files.write(file, Arrays.copyOf(bytes, at));
      case 1 -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
      }
      default -> Files.write(file, withLine(bytes, at, random));
    }
  }

  private static byte[] withLine(byte[] bytes, int at, Random random) {
    byte[] noise = new byte[random.nextInt(40)];
    random.nextBytes(noise);
    byte[] word = "done 7 ".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    damaged.write(bytes, 0, at);
    damaged.writeBytes(word);
    damaged.writeBytes(noise);
    damaged.write('\n');
    damaged.write(bytes, at, bytes.length - at);
    return damaged.toByteArray();
  }
}
