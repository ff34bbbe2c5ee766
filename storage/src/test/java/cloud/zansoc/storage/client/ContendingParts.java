package cloud.zansoc.storage.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Claims the parts of one target again and again, writes into them, and looks whether anybody else
 * did; several threads and processes run it in the same folder.
 */
final class ContendingParts {
  private static final long SEED = 20261125;

  private ContendingParts() {}

  /** {@code FOLDER ID ROUNDS}. */
  public static void main(String[] arguments) throws IOException {
    run(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
  }

  static void run(Path folder, int id, int rounds) throws IOException {
    Random random = new Random(SEED + id);
    for (int round = 0; round < rounds; round++) {
      String content = id + " " + round;
      try (PartFile part = PartFile.claim(folder, folder.resolve("film"))) {
        part.channel().truncate(0);
        part.channel().write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
        switch (random.nextInt(3)) {
          case 0 -> part.remove();
          case 1 -> {
            Path result = folder.resolve("result-" + id);
            part.become(result);
            requireContent(result, content);
          }
          default -> {} // left for the others
        }
      }
    }
  }

  private static void requireContent(Path result, String content) throws IOException {
    String seen = Files.readString(result);
    if (!seen.equals(content)) {
      throw new AssertionError("'" + content + "' was written, '" + seen + "' is there");
    }
  }
}
