package cloud.zansoc.cli.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTreeTest {
  @TempDir Path folder;

  @Test
  void files_downloadThatIsNotComplete_isNotAmongThem() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("deep"));
    Files.createFile(folder.resolve(".abcdefghijkl-0123.zansoc-part"));
    Files.createFile(deep.resolve(".abcdefghijkl-0123.zansoc-part"));
    Files.createFile(deep.resolve(".hidden"));
    Files.createFile(folder.resolve("notes.zansoc-part"));

    assertThat(LocalTree.files(folder)).containsOnlyKeys("deep/.hidden", "notes.zansoc-part");
  }
}
