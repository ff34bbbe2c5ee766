package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads of one object to one file at once. */
@Timeout(120)
class ContendingDownloadTest {
  private static final int ROUNDS = 4;

  @TempDir Path folder;

  @Test
  void getFile_twoThreadsAtOnce_bothEndWithTheRightBytes() throws Exception {
    Path target = target();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Void> first = threads.submit(download("1", target));
      Future<Void> second = threads.submit(download("2", target));
      first.get();
      second.get();
    }
    assertOnly(target);
  }

  private Callable<Void> download(String journals, Path target) {
    return () -> {
      ContendingDownload.run(folder.resolve(journals), target, ROUNDS);
      return null;
    };
  }

  @Test
  void getFile_twoProcessesAtOnce_bothEndWithTheRightBytes() throws Exception {
    Path target = target();
    try (ChildClient child =
        ChildClient.start(
            folder.resolve("log"),
            ContendingDownload.class,
            folder.resolve("1").toString(),
            target.toString(),
            Integer.toString(ROUNDS))) {
      while (child.isAlive()) {
        ContendingDownload.run(folder.resolve("2"), target, 1);
      }
      child.requireSuccess();
    }
    ContendingDownload.run(folder.resolve("2"), target, 1);
    assertOnly(target);
  }

  private Path target() throws IOException {
    return Files.createDirectory(folder.resolve("out")).resolve("file");
  }

  private static void assertOnly(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target.getParent())) {
      assertThat(files).containsExactly(target);
    }
  }
}
