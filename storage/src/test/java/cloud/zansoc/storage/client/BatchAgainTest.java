package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.codec.crypto.Key256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are stored again, where not all is as it was. */
@Timeout(120)
class BatchAgainTest {
  @TempDir Path folder;

  private TestCloud cloud;

  @BeforeEach
  void makeCloud() {
    cloud = new TestCloud(51, 4, folder.resolve("journals"));
    cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
  }

  @AfterEach
  void closeCloud() {
    cloud.close();
  }

  @Test
  void putAll_again_afterItsJournalWasDamaged_storesEveryFileRight() throws Exception {
    for (int round = 0; round < 20; round++) {
      List<FileToStore> files = files("round-" + round + "-", 6);
      List<FileToStore> all = new ArrayList<>(files);
      all.add(missing("missing-" + round));
      putAll(all, new Heard());
      all.addAll(files("more-" + round + "-", 3));
      cloud.hub.failCommits(1);
      putAll(all, new Heard());
      JournalDamage.of(journal(), cloud.random);
      all.remove(6);

      Heard heard = new Heard();
      putAll(all, heard);

      assertThat(heard.failed).isEmpty();
      assertThat(heard.done).hasSize(9);
      for (FileToStore file : all) {
        assertThat(cloud.get(file.target().address())).isEqualTo(Files.readAllBytes(file.file()));
      }
    }
  }

  @Test
  void putAll_again_whileAFileOfASentPackChanges_storesThatPackUnderNewKeys() throws Exception {
    List<FileToStore> all = new ArrayList<>(files("first-", 3));
    FileToStore missing = missing("missing");
    all.add(missing);
    putAll(all, new Heard());
    List<FileToStore> sent = files("sent-", 3);
    all.addAll(sent);
    cloud.hub.failCommits(1);
    putAll(all, new Heard());
    List<Key256> noted = notedKeys();
    assertThat(noted).hasSize(6);
    Path changing = sent.get(1).file();
    byte[] content = cloud.bytes((int) sent.get(1).size());
    all.remove(missing);

    putAll(
        all,
        new Heard() {
          @Override
          public void done(Path file, ObjectAddress address) {
            // Of a file that was stored already: before the pack that was sent is read.
            write(changing, content);
          }
        });

    assertThat(cloud.get(sent.get(1).target().address())).isEqualTo(content);
    for (FileToStore file : sent) {
      assertThat(noted).doesNotContain(key(file));
    }
    assertThat(cloud.hub.openReservations()).isZero();
  }

  @Test
  void putAll_sameFileTwice_againAfterAFailure_storesItOnce() throws Exception {
    List<FileToStore> files = files("a-", 3);
    List<FileToStore> twice = new ArrayList<>(files);
    twice.addAll(1, files);
    cloud.hub.failCommits(1);
    putAll(twice, new Heard());
    int puts = cloud.hosts.puts();

    Heard heard = new Heard();
    putAll(twice, heard);

    assertThat(heard.done).hasSize(3);
    assertThat(cloud.hosts.puts()).isEqualTo(puts);
    assertThat(cloud.hub.versions("photos", "")).hasSize(3);
    for (FileToStore file : files) {
      assertThat(cloud.get(file.target().address())).isEqualTo(Files.readAllBytes(file.file()));
    }
  }

  @Test
  void putAllCompared_again_afterAFailure_storesWhatTheJournalHoldsForStored() throws Exception {
    List<FileToStore> all = new ArrayList<>(files("a-", 3));
    all.add(missing("missing"));
    putAll(all, new Heard());

    cloud.client.putAllCompared("photos", "batch", all, new Heard());

    assertThat(cloud.hub.versions("photos", "a-1")).hasSize(2);
    putAll(all, new Heard());
    assertThat(cloud.hub.versions("photos", "a-1")).hasSize(2);
  }

  private List<FileToStore> files(String prefix, int count) throws IOException {
    List<FileToStore> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = cloud.file(folder, prefix + i, cloud.bytes(1 + cloud.random.nextInt(2000)));
      files.add(FileToStore.of(file, new ObjectAddress("photos", prefix + i)));
    }
    return files;
  }

  /** A file that is gone: it keeps the batch from being complete. */
  private FileToStore missing(String name) throws IOException {
    Path file = cloud.file(folder, name, new byte[1]);
    FileToStore missing = FileToStore.of(file, new ObjectAddress("photos", name));
    Files.delete(file);
    return missing;
  }

  private void putAll(List<FileToStore> files, BatchListener listener) {
    cloud.client.putAll("photos", "batch", files, listener);
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Key256 key(FileToStore file) {
    ObjectReader reader = cloud.client.open(file.target().address(), Optional.empty());
    return reader.object().manifest().content().key();
  }

  private List<Key256> notedKeys() throws IOException {
    Path path = journal();
    Path journals = folder.resolve("journals");
    try (JournalFile file = JournalFile.open(journals, journals.relativize(path).toString());
        BatchJournal journal = BatchJournal.of(file)) {
      return journal.earlier().stream()
          .flatMap(pack -> pack.members().stream())
          .flatMap(member -> member.objectKey().stream())
          .toList();
    }
  }

  private Path journal() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("journals"))) {
      return left.findFirst().orElseThrow();
    }
  }
}
