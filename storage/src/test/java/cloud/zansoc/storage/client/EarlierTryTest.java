package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.ReserveRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EarlierTryTest {
  @TempDir Path folder;

  private TestCloud cloud;
  private BucketView bucket;

  @BeforeEach
  void makeCloud() {
    cloud = new TestCloud(21, 4, folder.resolve("journals"));
    bucket = cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
  }

  @AfterEach
  void closeCloud() {
    cloud.close();
  }

  @Test
  void stored_versionOfAnotherKey_isNotTheFilesOwn() throws Exception {
    List<FileToStore> files = List.of(file("a"), file("b"), file("c"));
    List<String> versions = new ArrayList<>();
    for (FileToStore file : files) {
      versions.add(cloud.put(file.target().address(), new byte[1]));
    }
    List<String> crossed = List.of(versions.get(1), versions.get(0), versions.get(2));

    EarlierTry earlier = earlier(files, new Pack(files, Optional.empty(), crossed));

    assertThat(earlier.stored()).containsExactly(files.get(2));
    assertThat(earlier.rest()).containsExactly(files.get(0), files.get(1));
  }

  @Test
  void sent_packThatNamesAFileTwice_isGivenUp() throws Exception {
    FileToStore a = file("a");
    FileToStore b = file("b");
    ShardId shard = cloud.hub.reserve(new ReserveRequest("photos", 10)).shard();

    EarlierTry earlier =
        earlier(List.of(a, b), new Pack(List.of(a, a, b), Optional.of(shard), List.of()));

    assertThat(earlier.sent()).isEmpty();
    assertThat(earlier.rest()).containsExactly(a, b);
    assertThat(cloud.hub.openReservations()).isZero();
  }

  @Test
  void sent_packOfUnchangedFiles_hasEachWithItsOwnKey() throws Exception {
    List<FileToStore> files = List.of(file("a"), file("b"));
    ShardId shard = cloud.hub.reserve(new ReserveRequest("photos", 10)).shard();
    BatchJournal.Earlier pack = noted(new Pack(files, Optional.of(shard), List.of()));

    EarlierTry earlier = new EarlierTry(cloud.hub, bucket, List.of(pack), files.reversed());

    assertThat(earlier.rest()).isEmpty();
    List<EarlierTry.SentFile> sent = earlier.sent().getFirst().files();
    assertThat(sent).extracting(EarlierTry.SentFile::file).isEqualTo(files);
    assertThat(sent)
        .extracting(EarlierTry.SentFile::key)
        .isEqualTo(
            pack.members().stream().map(member -> member.objectKey().orElseThrow()).toList());
  }

  @Test
  void distinct_sameFileTwice_isOne() throws Exception {
    FileToStore a = file("a");
    FileToStore b = file("b");
    FileToStore again = FileToStore.of(folder.resolve("./a"), new ObjectAddress("photos", "a"));

    assertThat(BatchUpload.distinct(List.of(a, b, again, a))).containsExactly(a, b);
  }

  @Test
  void distinct_twoFilesForOneKey_areRefusedByName() throws Exception {
    FileToStore a = file("a");
    Path other = cloud.file(folder, "other", new byte[1]);
    FileToStore same = FileToStore.of(other, a.target().address());

    assertThatThrownBy(() -> BatchUpload.distinct(List.of(a, same)))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(a.file().toString())
        .hasMessageContaining(other.toString());
  }

  /** What a journal is to have of a pack. */
  private record Pack(List<FileToStore> files, Optional<ShardId> shard, List<String> versions) {}

  private EarlierTry earlier(List<FileToStore> files, Pack pack) {
    return new EarlierTry(cloud.hub, bucket, List.of(noted(pack)), files);
  }

  private BatchJournal.Earlier noted(Pack pack) {
    List<BatchJournal.Member> members =
        pack.files.stream()
            .map(file ->
                new BatchJournal.Member(
                    BatchJournal.Source.of(file), Optional.of(Key256.random(cloud.random))))
            .toList();
    return new BatchJournal.Earlier(0, members, pack.shard, pack.versions);
  }

  private FileToStore file(String name) throws IOException {
    Path file = cloud.file(folder, name, cloud.bytes(5));
    return FileToStore.of(file, new ObjectAddress("photos", name));
  }
}
