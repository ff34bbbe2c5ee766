package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.client.MemoryHost.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class TransferFaultsTest {
  private static final int BLOCK = Limits.BLOCK_BYTES;
  private static final ObjectAddress AT = new ObjectAddress("photos", "a");

  @TempDir Path folder;

  private static TestCloud cloud(long seed, int hosts, int k, int n, Path folder) {
    TestCloud cloud = new TestCloud(seed, hosts, folder);
    cloud.hub.createBucket("photos", Optional.of(k), Optional.of(n));
    return cloud;
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"DEAD", "STALLS", "FULL", "REFUSES"})
  void put_oneHostFails_isStoredOnTheOthers(Fault fault) {
    try (TestCloud cloud = cloud(1, 8, 3, 8, folder)) {
      cloud.hosts.all().get(2).fault(fault);
      byte[] content = cloud.bytes(9 * BLOCK + 11);

      cloud.put(AT, content);

      cloud.hosts.all().get(2).fault(Fault.NONE);
      assertThat(cloud.get(AT)).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"DEAD", "STALLS", "FULL"})
  void put_twoHostsFailHalfWay_isSentAgainToOthers(Fault fault) {
    try (TestCloud cloud = cloud(2, 12, 2, 6, folder)) {
      cloud.hosts.all().get(0).faultAfter(3, fault);
      cloud.hosts.all().get(1).faultAfter(1, fault);
      byte[] content = cloud.bytes(12 * BLOCK + 11);

      // The hub does not know of the faults: it may choose these hosts again, but not for ever.
      boolean stored = false;
      for (int i = 0; i < 5 && !stored; i++) {
        stored = tryPut(cloud, content);
      }

      assertThat(stored).isTrue();
      assertThat(cloud.get(AT)).isEqualTo(content);
      assertThat(cloud.hub.openReservations()).isZero();
    }
  }

  private static boolean tryPut(TestCloud cloud, byte[] content) {
    try {
      cloud.put(AT, content);
      return true;
    } catch (ZansocException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.NOT_ENOUGH_HOSTS);
      return false;
    }
  }

  @Test
  void put_tooFewHosts_namesThemAndWhy() {
    try (TestCloud cloud = cloud(3, 4, 2, 4, folder)) {
      cloud.hosts.all().get(0).fault(Fault.FULL);
      cloud.hosts.all().get(1).fault(Fault.DEAD);

      assertThatThrownBy(() -> cloud.put(AT, cloud.bytes(BLOCK)))
          .isInstanceOfSatisfying(
              ZansocException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ENOUGH_HOSTS))
          .hasMessageContaining("needs 3 hosts and only 2")
          .hasMessageContaining("host-1: host-1 is full")
          .hasMessageContaining("host-2");
      assertThat(cloud.hub.openReservations()).isZero();
      assertThat(cloud.hosts.all()).allMatch(host -> host.storedBytes() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void get_asManyFaultyHostsAsTolerable_readsBackEqual(Fault fault) {
    try (TestCloud cloud = cloud(4, 6, 3, 6, folder)) {
      byte[] content = cloud.bytes(20 * BLOCK + 1);
      cloud.put(AT, content);
      cloud.hosts.all().stream().limit(2).forEach(host -> host.fault(fault));

      assertThat(Arrays.equals(cloud.get(AT), content)).isTrue();
    }
  }

  @Test
  void get_tooManyFaultyHosts_namesObjectAndHosts() {
    try (TestCloud cloud = cloud(5, 4, 2, 4, folder)) {
      cloud.put(AT, cloud.bytes(BLOCK));
      cloud.hosts.all().get(0).fault(Fault.DEAD);
      cloud.hosts.all().get(1).fault(Fault.LIES);
      cloud.hub.lose(cloud.hosts.all().get(2));

      assertThatThrownBy(() -> cloud.get(AT))
          .isInstanceOfSatisfying(
              ZansocException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNAVAILABLE))
          .hasMessageContaining("zs://photos/a")
          .hasMessageContaining("needs 2 blocks and 1 were found")
          .hasMessageContaining("host-1: host-1 is not there")
          .hasMessageContaining("host-2: it sent other bytes")
          .hasMessageContaining("lost: host-3");
    }
  }

  @Test
  void get_intoFileThatFails_leavesNoFile() throws Exception {
    try (TestCloud cloud = cloud(6, 4, 2, 4, folder)) {
      cloud.put(AT, cloud.bytes(3 * BLOCK));
      ObjectReader reader = cloud.client.open(AT, Optional.empty());
      cloud.hosts.all().forEach(host -> host.fault(Fault.DEAD));
      Path target = Files.createDirectory(folder.resolve("out")).resolve("file");

      assertThatThrownBy(() -> cloud.client.getFile(reader, target, TransferProgress.NONE))
          .isInstanceOf(ZansocException.class);

      try (var left = Files.list(folder.resolve("out"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void put_again_afterTheHubWasAway_sendsNoDurableBlockTwice() throws Exception {
    try (TestCloud cloud = cloud(7, 6, 2, 6, folder)) {
      Path file = cloud.file(folder, "source", cloud.bytes(40 * BLOCK + 5));
      FileToStore toStore = FileToStore.of(file, AT);
      cloud.hub.failCommits(1);
      assertThatThrownBy(() -> cloud.client.put(toStore, TransferProgress.NONE))
          .isInstanceOf(ZansocException.class);
      int puts = cloud.hosts.puts();
      assertThat(puts).isPositive();

      try (StorageClient later = cloud.anotherClient(cloud.root)) {
        later.put(toStore, TransferProgress.NONE);
      }

      assertThat(cloud.hosts.puts()).isEqualTo(puts);
      assertThat(cloud.get(AT)).isEqualTo(Files.readAllBytes(file));
      assertThat(folder.resolve("source")).exists();
      assertNoJournal();
    }
  }

  @Test
  void put_again_afterAnAbortBetweenSegments_sendsEachBlockOnce() throws Exception {
    try (TestCloud cloud = cloud(8, 4, 1, 4, folder)) {
      Path file = cloud.file(folder, "source", cloud.bytes(280 * BLOCK + 5));
      FileToStore toStore = FileToStore.of(file, AT);
      cloud.hub.failCommits(1);
      assertThatThrownBy(() -> cloud.client.put(toStore, TransferProgress.NONE))
          .isInstanceOf(ZansocException.class);

      try (StorageClient later = cloud.anotherClient(cloud.root)) {
        later.put(toStore, TransferProgress.NONE);
      }

      assertThat(cloud.hosts.all())
          .allMatch(host -> host.puts().values().stream().allMatch(count -> count.get() == 1));
      assertThat(cloud.digest(AT)).isEqualTo(Digest.sha256(Files.readAllBytes(file)));
      assertNoJournal();
    }
  }

  @Test
  void put_again_afterACommitWhoseAnswerWasLost_sendsNoDurableBlockTwice() throws Exception {
    try (TestCloud cloud = cloud(14, 4, 1, 4, folder)) {
      Path file = cloud.file(folder, "source", cloud.bytes(280 * BLOCK + 5));
      FileToStore toStore = FileToStore.of(file, AT);
      cloud.hub.loseCommitAnswers(1);
      assertThatThrownBy(() -> cloud.client.put(toStore, TransferProgress.NONE))
          .hasMessageContaining("went away");

      try (StorageClient later = cloud.anotherClient(cloud.root)) {
        later.put(toStore, TransferProgress.NONE);
      }

      assertThat(cloud.hosts.all())
          .allMatch(host -> host.puts().values().stream().allMatch(count -> count.get() == 1));
      assertThat(cloud.digest(AT)).isEqualTo(Digest.sha256(Files.readAllBytes(file)));
      assertThat(cloud.hub.openReservations()).isZero();
      assertNoJournal();
    }
  }

  @Test
  void put_again_afterTheFileChanged_startsAnewAndReleases() throws Exception {
    try (TestCloud cloud = cloud(9, 6, 2, 6, folder)) {
      Path file = cloud.file(folder, "source", cloud.bytes(4 * BLOCK));
      cloud.hub.failCommits(1);
      assertThatThrownBy(() -> cloud.client.put(FileToStore.of(file, AT), TransferProgress.NONE))
          .isInstanceOf(ZansocException.class);
      byte[] other = cloud.bytes(5 * BLOCK);
      Files.write(file, other);

      cloud.client.put(FileToStore.of(file, AT), TransferProgress.NONE);

      assertThat(cloud.get(AT)).isEqualTo(other);
      assertThat(cloud.hub.openReservations()).isZero();
    }
  }

  @Test
  void put_again_afterTheHubDroppedItsSegments_sendsThemAgain() throws Exception {
    try (TestCloud cloud = cloud(11, 4, 1, 4, folder)) {
      Path file = cloud.file(folder, "source", cloud.bytes(280 * BLOCK + 5));
      FileToStore toStore = FileToStore.of(file, AT);
      abortAfterFirstSegment(cloud, toStore);
      cloud.hub.dropUnreferenced();

      try (StorageClient later = cloud.anotherClient(cloud.root)) {
        assertThatThrownBy(() -> later.put(toStore, TransferProgress.NONE))
            .hasMessageContaining("upload it again");
        later.put(toStore, TransferProgress.NONE);
      }

      assertThat(cloud.digest(AT)).isEqualTo(Digest.sha256(Files.readAllBytes(file)));
      assertThat(cloud.hub.openReservations()).isZero();
      assertNoJournal();
    }
  }

  private static void abortAfterFirstSegment(TestCloud cloud, FileToStore toStore) {
    cloud.hub.failVersionCommits(1);
    assertThatThrownBy(() -> cloud.client.put(toStore, TransferProgress.NONE))
        .isInstanceOf(ZansocException.class);
  }

  @Test
  void put_fileChangesMeanwhile_isRefusedAndNothingIsLeft() throws Exception {
    try (TestCloud cloud = cloud(12, 4, 2, 4, folder)) {
      byte[] content = cloud.bytes(40 * BLOCK);
      Path file = cloud.file(folder, "source", content);
      AtomicBoolean changed = new AtomicBoolean();
      TransferProgress changing =
          bytes -> {
            if (!changed.getAndSet(true)) {
              change(file, content);
            }
          };

      assertThatThrownBy(() -> cloud.client.put(FileToStore.of(file, AT), changing))
          .isInstanceOfSatisfying(
              ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
          .hasMessageContaining("changed while it was stored");

      assertThat(cloud.hub.versions("photos", "")).isEmpty();
      assertThat(cloud.hub.openReservations()).isZero();
      assertNoJournal();
    }
  }

  private static void change(Path file, byte[] content) {
    byte[] other = content.clone();
    other[other.length - 1]++;
    try {
      Files.write(file, other, StandardOpenOption.WRITE); // in place, never shorter
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void put_streamFails_givesItsReservationsBack() {
    try (TestCloud cloud = cloud(13, 4, 2, 4, folder)) {
      cloud.hub.failCommits(1);

      assertThatThrownBy(() -> cloud.put(AT, cloud.bytes(BLOCK)))
          .isInstanceOf(ZansocException.class);

      assertThat(cloud.hub.openReservations()).isZero();
    }
  }

  @Test
  void put_directory_saysWhatToDo() {
    try (TestCloud cloud = cloud(10, 4, 2, 4, folder)) {
      FileToStore directory = FileToStore.of(folder, AT);

      assertThatThrownBy(() -> cloud.client.put(directory, TransferProgress.NONE))
          .hasMessageContaining("is a directory: add -r");
    }
  }

  private void assertNoJournal() throws Exception {
    try (var files = Files.list(folder)) {
      assertThat(files.filter(path -> path.toString().endsWith(".journal"))).isEmpty();
    }
  }
}
