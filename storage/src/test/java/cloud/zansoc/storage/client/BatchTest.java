package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BatchTest {
  @TempDir Path folder;

  /** Remembers what it heard. */
  private static final class Heard implements BatchListener {
    private final List<Path> done = Collections.synchronizedList(new ArrayList<>());
    private final List<ErrorCode> failed = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void moved(long bytes) {}

    @Override
    public void done(Path file, ObjectAddress address) {
      done.add(file);
    }

    @Override
    public void failed(Path file, ObjectAddress address, ZansocException failure) {
      failed.add(failure.code());
    }
  }

  @Test
  void putAll_manySmallFiles_packsThemAndReadsEachStripeOnce() throws Exception {
    try (TestCloud cloud = new TestCloud(1, 4, folder.resolve("journals"))) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      Path source = Files.createDirectory(folder.resolve("source"));
      List<FileToStore> files = new ArrayList<>();
      for (int i = 0; i < 1500; i++) {
        int size = i == 7 ? 0 : i == 8 ? 3 << 20 : cloud.random.nextInt(4096);
        Path file = cloud.file(source, "file-" + i, cloud.bytes(size));
        files.add(FileToStore.of(file, new ObjectAddress("photos", "deep/ö/" + i)));
      }
      Heard stored = new Heard();

      cloud.client.putAll("photos", files, stored);

      assertThat(stored.failed).isEmpty();
      assertThat(stored.done).hasSize(1500);
      assertThat(cloud.hub.segmentCount()).isEqualTo(3);
      List<FileToWrite> copies = new ArrayList<>();
      for (int i = 0; i < 1500; i++) {
        copies.add(
            new FileToWrite(
                new ObjectAddress("photos", "deep/ö/" + i), folder.resolve("out/" + i)));
      }
      int gets = cloud.hosts.gets();
      Heard written = new Heard();
      cloud.client.getAll("photos", copies, written);
      assertThat(written.failed).isEmpty();
      for (int i = 0; i < 1500; i++) {
        assertThat(Files.mismatch(files.get(i).file(), copies.get(i).file())).isEqualTo(-1);
      }
      int packedBytes = 1499 * 2100;
      assertThat(cloud.hosts.gets() - gets).isLessThan(packedBytes / (256 * 1024) + 12 + 20);
      assertThat(Files.getLastModifiedTime(copies.get(3).file()).toMillis())
          .isEqualTo(Files.getLastModifiedTime(files.get(3).file()).toMillis());
    }
  }

  @Test
  void putAll_oneFileMissing_storesTheOthers() throws Exception {
    try (TestCloud cloud = new TestCloud(2, 4, folder.resolve("journals"))) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      Path here = cloud.file(folder, "here", cloud.bytes(10));
      Path gone = cloud.file(folder, "gone", cloud.bytes(10));
      List<FileToStore> files =
          List.of(
              FileToStore.of(gone, new ObjectAddress("photos", "gone")),
              FileToStore.of(here, new ObjectAddress("photos", "here")));
      Files.delete(gone);
      Heard heard = new Heard();

      cloud.client.putAll("photos", files, heard);

      assertThat(heard.done).containsExactly(here);
      assertThat(heard.failed).containsExactly(ErrorCode.NOT_FOUND);
    }
  }

  @Test
  void putAll_hubAnswersNonsense_reportsEveryFileAsFailed() throws Exception {
    try (TestCloud cloud = new TestCloud(3, 4, folder.resolve("journals"))) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      Path small = cloud.file(folder, "small", cloud.bytes(10));
      Path large = cloud.file(folder, "large", cloud.bytes(3 << 20));
      List<FileToStore> files =
          List.of(
              FileToStore.of(small, new ObjectAddress("photos", "small")),
              FileToStore.of(large, new ObjectAddress("photos", "large")));
      cloud.hub.failCommits(2, new IllegalStateException("an answer that nobody expects"));
      Heard heard = new Heard();

      cloud.client.putAll("photos", files, heard);

      assertThat(heard.done).isEmpty();
      assertThat(heard.failed).containsExactly(ErrorCode.INTERNAL, ErrorCode.INTERNAL);
    }
  }

  @Test
  void putAll_commitIsRefused_givesTheReservationBack() throws Exception {
    try (TestCloud cloud = new TestCloud(4, 4, folder.resolve("journals"))) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      Path file = cloud.file(folder, "small", cloud.bytes(10));
      cloud.hub.failCommits(1);
      Heard heard = new Heard();

      cloud.client.putAll(
          "photos", List.of(FileToStore.of(file, new ObjectAddress("photos", "small"))), heard);

      assertThat(heard.failed).containsExactly(ErrorCode.UNREACHABLE);
      assertThat(cloud.hub.openReservations()).isZero();
    }
  }

  @Test
  void syncPlan_differences_areCopiedAndRemoved() {
    SortedMap<String, Long> source = new TreeMap<>();
    source.put("same", 1L);
    source.put("touched", 2L);
    source.put("grown", 3L);
    source.put("new", 4L);
    SortedMap<String, Long> target = new TreeMap<>(source);
    target.remove("new");
    target.put("grown", 2L);
    target.put("old", 9L);

    SyncPlan plan = SyncPlan.of(source, target, true, name -> !name.equals("touched"));

    assertThat(plan.copy()).containsExactly("grown", "new", "touched");
    assertThat(plan.remove()).containsExactly("old");
    assertThat(plan.unchanged()).isEqualTo(1);
    assertThat(SyncPlan.of(source, target, false, name -> true).remove()).isEmpty();
  }
}
