package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.storage.api.BucketView;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadJournalsTest {
  private static final BucketView BUCKET =
      new BucketView("photos", "id", Instant.EPOCH, 0, new ByteSize(0), 2, 4);
  private static final ObjectAddress AT = new ObjectAddress("photos", "a");

  @TempDir Path folder;

  private final Random random = JournalDamage.random(41);

  @Test
  void open_damagedAnywhere_goesOnWithWhatIsRightOrBeginsAnew() throws Exception {
    UploadJournals journals = journals();
    Path source = Files.write(folder.resolve("source"), new byte[10]);
    for (int round = 0; round < 100; round++) {
      UploadJournal.SentSegment segment =
          new UploadJournal.SentSegment(digest(), 7, List.of(digest(), digest()));
      ShardId shard = new ShardId(random.nextLong(), random.nextLong());
      Key256 key;
      try (UploadJournal journal = open(journals, source)) {
        key = journal.objectKey();
        journal.reserved(0, shard);
        journal.sent(0, segment);
        journal.done(0);
        journal.reserved(1, shard);
        journal.sent(1, segment);
      }
      JournalDamage.of(journalFile(), random);

      try (UploadJournal journal = open(journals, source)) {
        boolean same = journal.objectKey().equals(key);
        assertThat(journal.committed(0).orElse(segment)).isEqualTo(segment);
        assertThat(journal.sent(1).orElse(segment)).isEqualTo(segment);
        assertThat(journal.committed(7)).isEmpty();
        assertThat(same || !journal.resumed()).isTrue();
        journal.sent(1, segment);
        journal.done(1);
      }

      try (UploadJournal journal = open(journals, source)) {
        assertThat(journal.committed(1)).contains(segment);
        journal.remove();
      }
    }
  }

  @Test
  void open_linesOfAnotherKind_beginsAnew() throws Exception {
    UploadJournals journals = journals();
    Path source = Files.write(folder.resolve("source"), new byte[10]);
    for (String line :
        List.of(
            "",
            "reserved",
            "reserved 1",
            "reserved x aaaa",
            "gone 1 2",
            "sent 1 aa 3 b",
            "done 1",
            "d 1")) {
      Key256 key;
      try (UploadJournal journal = open(journals, source)) {
        key = journal.objectKey();
      }
      append(journalFile(), line);

      try (UploadJournal journal = open(journals, source)) {
        assertThat(journal.resumed()).as(line).isFalse();
        assertThat(journal.objectKey()).as(line).isNotEqualTo(key);
      }
    }
  }

  @Test
  void openBatch_damagedAnywhere_givesOnlyWholePacks() throws Exception {
    UploadJournals journals = journals();
    List<BatchJournal.Member> members = members(3);
    for (int round = 0; round < 100; round++) {
      try (BatchJournal journal = journals.openBatch("batch", BUCKET)) {
        journal.done(journal.begin(members), List.of("1", "2", "3"));
        journal.reserved(journal.begin(members), new ShardId(1, 2));
      }
      JournalDamage.of(journalFile(), random);

      try (BatchJournal journal = journals.openBatch("batch", BUCKET)) {
        for (BatchJournal.Earlier pack : journal.earlier()) {
          assertThat(pack.versions()).isIn(List.of(), List.of("1", "2", "3"));
          assertThat(members.subList(0, pack.members().size())).isEqualTo(pack.members());
          if (pack.isDone() || pack.reserved().isPresent()) {
            assertThat(pack.members()).isEqualTo(members);
          }
        }
        journal.remove();
      }
    }
  }

  @Test
  void openBatch_linesOfAnotherKind_beginsAnew() throws Exception {
    UploadJournals journals = journals();
    for (String line : List.of("", "reserved", "file 0", "file 0 b 1 2 3 4 b b", "gone 0 2")) {
      try (BatchJournal journal = journals.openBatch("batch", BUCKET)) {
        journal.done(journal.begin(members(1)), List.of("1"));
      }
      append(journalFile(), line);

      try (BatchJournal journal = journals.openBatch("batch", BUCKET)) {
        assertThat(journal.earlier()).as(line).isEmpty();
      }
    }
  }

  @Test
  void openBatch_packWithFewerVersionsThanFiles_leavesItOut() throws Exception {
    UploadJournals journals = journals();
    try (BatchJournal journal = journals.openBatch("batch", BUCKET)) {
      journal.done(journal.begin(members(2)), List.of("1"));
      journal.done(journal.begin(members(1)), List.of("2"));
      journal.reserved(9, new ShardId(1, 2));
    }

    try (BatchJournal journal = journals.openBatch("batch", BUCKET)) {
      assertThat(journal.earlier()).extracting(BatchJournal.Earlier::number).containsExactly(1);
      assertThat(journal.begin(members(1))).isEqualTo(10);
    }
  }

  @Test
  void identity_contentChangedAndTimePutBack_isAnother() throws Exception {
    Path file = Files.write(folder.resolve("source"), new byte[10]);
    FileIdentity before = FileIdentity.of(file);
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    FileIdentity after = before;
    // The system's clock for files may stand still for some milliseconds.
    for (long end = System.nanoTime() + 5_000_000_000L;
        after.equals(before) && System.nanoTime() < end; ) {
      Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
      Files.setLastModifiedTime(file, attributes.lastModifiedTime());
      after = FileIdentity.of(file);
    }

    assertThat(after).isNotEqualTo(before);
    assertThat(after.modifiedNanos()).isEqualTo(before.modifiedNanos());
    assertThat(after.inode()).isEqualTo(before.inode());
    assertThat(FileIdentity.parse(after.text().split(" "), 0)).isEqualTo(after);
  }

  @Test
  void ciphertext_ofAnotherFileThanNoted_isRefused() throws Exception {
    Path file = Files.write(folder.resolve("source"), new byte[10]);
    Key256 key = Key256.random(random);
    FileIdentity noted = FileIdentity.of(file);
    Files.write(file, new byte[11]);
    try (FileChannel channel = FileChannel.open(file)) {
      assertConflict(() -> new FileCiphertext(file, channel, key, noted).requireUnchanged());

      FileCiphertext opened = new FileCiphertext(file, channel, key, FileIdentity.of(file));
      Files.write(file, new byte[12]);
      assertConflict(opened::requireUnchanged);
    }
  }

  @Test
  void pack_ofAnotherFileThanNoted_isRefusedAndStaysAsItWas() throws Exception {
    Path path = Files.write(folder.resolve("source"), new byte[10]);
    BatchJournal.Source noted = BatchJournal.Source.of(FileToStore.of(path, AT));
    Key256 key = Key256.random(random);
    Pack pack = new Pack();
    pack.add(FileToStore.of(path, AT), key, Optional.of(noted));
    Files.write(path, new byte[11]);
    FileToStore changed = FileToStore.of(path, AT);

    assertConflict(() -> pack.add(changed, key, Optional.of(noted)));

    assertThat(pack.members()).hasSize(1);
    assertThat(pack.length()).isEqualTo(10);
  }

  private static void assertConflict(Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }

  private UploadJournals journals() {
    return new UploadJournals(
        folder.resolve("journals"), InstantSource.system(), new Random(random.nextLong()));
  }

  private static UploadJournal open(UploadJournals journals, Path source) {
    return journals.open(source, AT, BUCKET, shard -> {});
  }

  private List<BatchJournal.Member> members(int count) {
    List<BatchJournal.Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FileIdentity file = new FileIdentity("/some/ü " + i, i, 1, 2, "inode");
      members.add(
          new BatchJournal.Member(
              new BatchJournal.Source(file, "key/ü " + i), Optional.of(Key256.random(random))));
    }
    return members;
  }

  private Digest digest() {
    return new Digest(random.nextLong(), 2, 3, 4);
  }

  /** Adds a line whose check is right. */
  private static void append(Path path, String line) throws IOException {
    Path folder = path.resolveSibling("");
    try (JournalFile file = JournalFile.open(folder, folder.relativize(path).toString())) {
      file.read(known -> {});
      file.append(List.of(line));
    }
  }

  private Path journalFile() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("journals"))) {
      return files.findFirst().orElseThrow();
    }
  }
}
