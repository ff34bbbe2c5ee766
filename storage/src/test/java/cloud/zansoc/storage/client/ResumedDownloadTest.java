package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.client.MemoryHost.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ResumedDownloadTest {
  private static final int BLOCK = Limits.BLOCK_BYTES;
  private static final ObjectAddress AT = new ObjectAddress("photos", "a");

  /** Hears of no failure. */
  private static final BatchListener NO_FAILURES =
      new BatchListener() {
        @Override
        public void moved(long bytes) {}

        @Override
        public void done(Path file, ObjectAddress address) {}

        @Override
        public void failed(Path file, ObjectAddress address, ZansocException failure) {
          throw new AssertionError(failure);
        }
      };

  @TempDir Path folder;

  private TestCloud cloud(long seed) {
    TestCloud cloud = new TestCloud(seed, 4, folder);
    cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
    return cloud;
  }

  @Test
  void getFile_again_afterAnInterruption_fetchesOnlyTheRest() throws Exception {
    try (TestCloud cloud = cloud(12)) {
      byte[] content = cloud.bytes(256 * BLOCK + 11);
      cloud.put(AT, content);
      Path target = Files.createDirectory(folder.resolve("out")).resolve("file");
      interruptDownload(cloud, target);
      int gets = cloud.hosts.gets();
      AtomicLong told = new AtomicLong();

      cloud.client.getFile(cloud.client.open(AT, Optional.empty()), target, told::addAndGet);

      assertThat(cloud.hosts.gets() - gets).isBetween(1, 200);
      assertThat(told).hasValue(content.length);
      assertThat(Files.readAllBytes(target)).isEqualTo(content);
      assertThat(partsAndFiles()).containsExactly(target);
    }
  }

  @Test
  void getFile_again_whereThePartWasDamaged_keepsOnlyWhatIsRight() throws Exception {
    try (TestCloud cloud = cloud(13)) {
      byte[] content = cloud.bytes(256 * BLOCK + 11);
      cloud.put(AT, content);
      Path target = Files.createDirectory(folder.resolve("out")).resolve("file");
      interruptDownload(cloud, target);
      Path part = partsAndFiles().getFirst();
      byte[] damaged = Files.readAllBytes(part);
      damaged[5 * BLOCK] ^= 1;
      Files.write(part, damaged);

      cloud.client.getFile(cloud.client.open(AT, Optional.empty()), target, TransferProgress.NONE);

      assertThat(Files.readAllBytes(target)).isEqualTo(content);
    }
  }

  @Test
  void getFile_again_ofAnotherVersion_takesNothingOfTheEarlierOne() throws Exception {
    try (TestCloud cloud = cloud(14)) {
      cloud.put(AT, cloud.bytes(256 * BLOCK + 11));
      Path target = Files.createDirectory(folder.resolve("out")).resolve("file");
      interruptDownload(cloud, target);
      byte[] content = cloud.bytes(70 * BLOCK);
      cloud.put(AT, content);

      cloud.client.getFile(cloud.client.open(AT, Optional.empty()), target, TransferProgress.NONE);

      assertThat(Files.readAllBytes(target)).isEqualTo(content);
      assertThat(partsAndFiles()).containsExactly(target);
    }
  }

  @Test
  void getFile_ofASmallVersionAfterwards_removesWhatWasLeft() throws Exception {
    try (TestCloud cloud = cloud(16)) {
      cloud.put(AT, cloud.bytes(256 * BLOCK + 11));
      Path target = Files.createDirectory(folder.resolve("out")).resolve("file");
      interruptDownload(cloud, target);
      cloud.put(AT, cloud.bytes(BLOCK));

      cloud.client.getFile(cloud.client.open(AT, Optional.empty()), target, TransferProgress.NONE);

      assertThat(partsAndFiles()).containsExactly(target);
    }
  }

  @Test
  void getFile_readOnlyObject_givesItsPermissionsAndTime() throws Exception {
    try (TestCloud cloud = cloud(17)) {
      Path source = cloud.file(folder, "source", cloud.bytes(66 * BLOCK));
      Files.setLastModifiedTime(source, FileTime.fromMillis(1_000));
      Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("r--r-----"));
      cloud.client.put(FileToStore.of(source, AT), TransferProgress.NONE);
      Path target = Files.createDirectory(folder.resolve("out")).resolve("file");

      cloud.client.getFile(cloud.client.open(AT, Optional.empty()), target, TransferProgress.NONE);

      assertThat(Files.getLastModifiedTime(target)).isEqualTo(FileTime.fromMillis(1_000));
      assertThat(Files.getPosixFilePermissions(target))
          .isEqualTo(PosixFilePermissions.fromString("r--r-----"));
    }
  }

  @Test
  void getAll_ofASmallVersionAfterwards_removesWhatWasLeft() throws Exception {
    try (TestCloud cloud = cloud(15)) {
      cloud.put(AT, cloud.bytes(256 * BLOCK + 11));
      Path target = Files.createDirectory(folder.resolve("out")).resolve("file");
      interruptDownload(cloud, target);
      byte[] content = cloud.bytes(BLOCK);
      cloud.put(AT, content);

      cloud.client.getAll("photos", List.of(new FileToWrite(AT, target)), NO_FAILURES);

      assertThat(Files.readAllBytes(target)).isEqualTo(content);
      assertThat(partsAndFiles()).containsExactly(target);
    }
  }

  /** Lets the hosts die once more than 64 blocks of an object of 256 are written. */
  private void interruptDownload(TestCloud cloud, Path target) throws IOException {
    AtomicLong written = new AtomicLong();
    ObjectReader reader = cloud.client.open(AT, Optional.empty());
    assertThatThrownBy(() ->
            cloud.client.getFile(
                reader,
                target,
                bytes -> {
                  if (written.addAndGet(bytes) > 64 * BLOCK) {
                    cloud.hosts.all().forEach(host -> host.fault(Fault.DEAD));
                  }
                }))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNAVAILABLE))
        .hasMessageContaining("MiB are kept in '" + target.getParent())
        .hasMessageContaining("zansoc-part': the same command goes on from there");
    assertThat(target).doesNotExist();
    assertThat(partsAndFiles()).hasSize(1);
    cloud.hosts.all().forEach(host -> host.fault(Fault.NONE));
  }

  private List<Path> partsAndFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      return files.toList();
    }
  }
}
