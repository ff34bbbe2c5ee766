package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BatchTest {
  @TempDir Path folder;

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

      cloud.client.putAll("photos", "batch", files, stored);

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

      cloud.client.putAll("photos", "batch", files, heard);

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

      cloud.client.putAll("photos", "batch", files, heard);

      assertThat(heard.done).isEmpty();
      assertThat(heard.failed).containsExactly(ErrorCode.INTERNAL, ErrorCode.INTERNAL);
    }
  }

  @Test
  void putAll_commitIsRefused_givesTheReservationBack() throws Exception {
    try (TestCloud cloud = cloud(4)) {
      List<FileToStore> files = files(cloud, 1);
      cloud.hub.failCommits(1, new ZansocException(ErrorCode.CONFLICT, "not like this"));

      assertThat(putAll(cloud.client, files).failed).containsExactly(ErrorCode.CONFLICT);

      assertThat(cloud.hub.openReservations()).isZero();
    }
  }

  @Test
  void putAll_again_afterAnInterruption_sendsNoBlockAndNoFileTwice() throws Exception {
    try (TestCloud cloud = cloud(5)) {
      List<FileToStore> files = files(cloud, 2500);
      cloud.hub.failCommits(1);
      Heard first = putAll(cloud.client, files);
      assertThat(first.failed).isNotEmpty();
      assertThat(first.done).isNotEmpty();
      int puts = cloud.hosts.puts();

      Heard second = again(cloud, files);

      assertThat(second.failed).isEmpty();
      assertThat(second.done).hasSize(2500);
      assertThat(cloud.hosts.puts()).isEqualTo(puts);
      assertStoredOnce(cloud, files);
      assertThat(cloud.hub.openReservations()).isZero();
      assertThat(journals()).isEmpty();
    }
  }

  @Test
  void putAll_again_afterTheAnswersWereLost_sendsNothing() throws Exception {
    try (TestCloud cloud = cloud(6)) {
      List<FileToStore> files = new ArrayList<>(files(cloud, 20));
      Path large = cloud.file(folder, "large", cloud.bytes(3 << 20));
      files.add(FileToStore.of(large, new ObjectAddress("photos", "large")));
      cloud.hub.loseCommitAnswers(2);
      assertThat(putAll(cloud.client, files).done).isEmpty();
      int puts = cloud.hosts.puts();

      assertThat(again(cloud, files).done).hasSize(21);

      assertThat(cloud.hosts.puts()).isEqualTo(puts);
      assertStoredOnce(cloud, files);
    }
  }

  @Test
  void putAll_again_afterAFailure_leavesWhatIsStored() throws Exception {
    try (TestCloud cloud = cloud(7)) {
      List<FileToStore> files = new ArrayList<>(files(cloud, 20));
      Path large = cloud.file(folder, "large", cloud.bytes(3 << 20));
      files.add(FileToStore.of(large, new ObjectAddress("photos", "large")));
      Path gone = cloud.file(folder, "gone", cloud.bytes(10));
      FileToStore missing = FileToStore.of(gone, new ObjectAddress("photos", "gone"));
      Files.delete(gone);
      List<FileToStore> all = new ArrayList<>(files);
      all.addFirst(missing);
      assertThat(putAll(cloud.client, all).failed).containsExactly(ErrorCode.NOT_FOUND);
      int puts = cloud.hosts.puts();

      Heard second = again(cloud, all);

      assertThat(second.failed).containsExactly(ErrorCode.NOT_FOUND);
      assertThat(second.done).hasSize(21);
      assertThat(cloud.hosts.puts()).isEqualTo(puts);
      assertStoredOnce(cloud, files);
    }
  }

  @Test
  void putAll_again_afterAFileChangedOrItsObjectWasRemoved_storesThese() throws Exception {
    try (TestCloud cloud = cloud(8)) {
      List<FileToStore> files = new ArrayList<>(files(cloud, 20));
      Path gone = cloud.file(folder, "gone", cloud.bytes(10));
      files.add(FileToStore.of(gone, new ObjectAddress("photos", "gone")));
      Files.delete(gone);
      assertThat(putAll(cloud.client, files).failed).containsExactly(ErrorCode.NOT_FOUND);
      files.removeLast();
      Path changed = files.get(3).file();
      Files.write(changed, cloud.bytes((int) files.get(3).size()));
      Files.setLastModifiedTime(changed, FileTime.from(Instant.EPOCH));
      files.set(3, FileToStore.of(changed, files.get(3).target().address()));
      cloud.hub.remove("photos", "small-7", Optional.empty());

      assertThat(again(cloud, files).done).hasSize(20);

      assertThat(cloud.get(new ObjectAddress("photos", "small-3")))
          .isEqualTo(Files.readAllBytes(changed));
      assertThat(cloud.get(new ObjectAddress("photos", "small-7")))
          .isEqualTo(Files.readAllBytes(files.get(7).file()));
      assertThat(cloud.hub.versions("photos", "small-5")).hasSize(1);
      assertThat(cloud.hub.versions("photos", "small-3")).hasSize(2);
    }
  }

  @Test
  void putAll_again_afterAFileOfAnUncommittedPackChanged_storesAllAnew() throws Exception {
    try (TestCloud cloud = cloud(9)) {
      List<FileToStore> files = new ArrayList<>(files(cloud, 20));
      cloud.hub.failCommits(1);
      assertThat(putAll(cloud.client, files).done).isEmpty();
      Path changed = files.get(3).file();
      Files.write(changed, cloud.bytes(5000));
      files.set(3, FileToStore.of(changed, files.get(3).target().address()));

      assertThat(again(cloud, files).done).hasSize(20);

      assertStoredOnce(cloud, files);
      assertThat(cloud.hub.openReservations()).isZero();
      assertThat(cloud.get(new ObjectAddress("photos", "small-3")))
          .isEqualTo(Files.readAllBytes(changed));
    }
  }

  @Test
  void putAll_again_afterSuccess_storesNewVersions() throws Exception {
    try (TestCloud cloud = cloud(10)) {
      List<FileToStore> files = files(cloud, 3);
      putAll(cloud.client, files);

      assertThat(again(cloud, files).done).hasSize(3);

      assertThat(cloud.hub.versions("photos", "")).hasSize(6);
    }
  }

  @Test
  void putAll_whileTheSameBatchIsUnderWay_isRefused() throws Exception {
    try (TestCloud cloud = cloud(11)) {
      List<FileToStore> files = files(cloud, 3);
      List<ErrorCode> refused = new ArrayList<>();
      Heard heard =
          new Heard() {
            @Override
            public void done(Path file, ObjectAddress address) {
              if (refused.isEmpty()) {
                assertThatThrownBy(() -> putAll(cloud.client, files))
                    .isInstanceOfSatisfying(ZansocException.class, e -> refused.add(e.code()));
              }
            }
          };

      cloud.client.putAll("photos", "batch", files, heard);

      assertThat(refused).containsExactly(ErrorCode.CONFLICT);
    }
  }

  private TestCloud cloud(long seed) {
    TestCloud cloud = new TestCloud(seed, 4, folder.resolve("journals"));
    cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
    return cloud;
  }

  private List<FileToStore> files(TestCloud cloud, int count) throws IOException {
    List<FileToStore> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = cloud.file(folder, "small-" + i, cloud.bytes(1 + cloud.random.nextInt(2000)));
      files.add(FileToStore.of(file, new ObjectAddress("photos", "small-" + i)));
    }
    return files;
  }

  private static Heard putAll(StorageClient client, List<FileToStore> files) {
    Heard heard = new Heard();
    client.putAll("photos", "batch", files, heard);
    return heard;
  }

  /** As a new process would, that knows nothing but the journals. */
  private static Heard again(TestCloud cloud, List<FileToStore> files) {
    try (StorageClient client = cloud.anotherClient(cloud.root)) {
      return putAll(client, files);
    }
  }

  private static void assertStoredOnce(TestCloud cloud, List<FileToStore> files)
      throws IOException {
    assertThat(cloud.hub.versions("photos", "")).hasSize(files.size());
    for (FileToStore file : List.of(files.getFirst(), files.getLast())) {
      assertThat(cloud.get(file.target().address())).isEqualTo(Files.readAllBytes(file.file()));
    }
  }

  private List<Path> journals() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("journals"))) {
      return left.toList();
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
