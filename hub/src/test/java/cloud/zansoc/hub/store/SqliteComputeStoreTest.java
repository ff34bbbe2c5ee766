package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteComputeStoreTest extends SqlComputeStoreContract {
  @TempDir private Path folder;

  @Override
  String newDatabase() {
    return "jdbc:sqlite:" + folder.resolve("hub.sqlite");
  }

  @Test
  void secrets_ofADeployment_areNowhereInTheFiles() throws IOException {
    addDeployment();

    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(content).as(file.toString()).doesNotContain(SECRET).doesNotContain(IMAGE_KEY);
      }
    }
  }
}
