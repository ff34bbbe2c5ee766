package cloud.zansoc.host.volumes;

import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * What a host notes of a volume beside its image, before the image is there.
 *
 * @param generation of the instance that it is attached for
 * @param snapshotEvery the interval of its snapshots
 */
record LocalVolume(String id, String name, long generation, Duration snapshotEvery) {
  private static final String FILE = "volume.json";

  /** What is noted in a volume's folder, if anything is. */
  static Optional<LocalVolume> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.isRegularFile(file)
        ? Optional.of(Json.read(Files.readAllBytes(file), LocalVolume.class))
        : Optional.empty();
  }

  /** Notes it, durable and as a whole. */
  void write(Path folder) throws IOException {
    Path unfinished = folder.resolve(FILE + ".new");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(Json.write(this));
      while (bytes.hasRemaining()) {
        int written = channel.write(bytes);
        assert written >= 0;
      }
      channel.force(true);
    }
    Files.move(unfinished, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }
}
