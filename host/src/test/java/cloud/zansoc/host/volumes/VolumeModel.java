package cloud.zansoc.host.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a volume's files should be: arrays in memory, changed as the files are. */
final class VolumeModel {
  private static final int MOST_BYTES = 3 << 20;

  private final Random random;
  private Map<String, byte[]> files = new TreeMap<>();

  VolumeModel(Random random) {
    this.random = random;
  }

  /** A few changes to the files in {@code folder}, and here. */
  void change(Path folder, int changes) throws IOException {
    for (int i = 0; i < changes; i++) {
      String name = "f" + random.nextInt(6);
      switch (random.nextInt(5)) {
        case 0 -> {
          files.remove(name);
          Files.deleteIfExists(folder.resolve(name));
        }
        case 1 -> {
          byte[] content = bytes(random.nextInt(MOST_BYTES));
          files.put(name, content);
          Files.write(folder.resolve(name), content);
        }
        default -> overwrite(folder.resolve(name), name);
      }
    }
  }

  private void overwrite(Path file, String name) throws IOException {
    byte[] old = files.getOrDefault(name, new byte[0]);
    int at = random.nextInt(MOST_BYTES / 2);
    byte[] part = bytes(1 + random.nextInt(100_000));
    byte[] content = Arrays.copyOf(old, Math.max(old.length, at + part.length));
    System.arraycopy(part, 0, content, at, part.length);
    files.put(name, content);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(part), at);
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The state now; arrays are never changed in place. */
  Map<String, byte[]> state() {
    return new HashMap<>(files);
  }

  void reset(Map<String, byte[]> state) {
    files = new TreeMap<>(state);
  }

  /** How the files in {@code folder} differ from {@code state}; empty where they do not. */
  static String difference(Path folder, Map<String, byte[]> state) throws IOException {
    StringBuilder differences = new StringBuilder();
    Map<String, byte[]> left = new TreeMap<>(state);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] wanted = left.remove(file.getFileName().toString());
        if (wanted == null || !Arrays.equals(wanted, Files.readAllBytes(file))) {
          differences.append(file.getFileName()).append(" differs; ");
        }
      }
    }
    return differences + (left.isEmpty() ? "" : "missing: " + left.keySet());
  }
}
