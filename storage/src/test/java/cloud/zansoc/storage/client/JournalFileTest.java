package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JournalFileTest {
  private static final int FREE = 0;
  private static final int IN_USE = 3;

  private static final String NAME = "a.journal";

  @TempDir Path folder;

  /** Another process that tries to open a journal: its exit code says what came of it. */
  static final class Other {
    private Other() {}

    /** Opens the journal that is named. */
    public static void main(String[] arguments) throws IOException {
      int code = FREE;
      try (JournalFile journal = JournalFile.open(Path.of(arguments[0]), NAME)) {
        read(journal);
      } catch (ZansocException e) {
        code = e.code() == ErrorCode.CONFLICT ? IN_USE : 1;
      }
      System.exit(code);
    }
  }

  @Test
  void open_inAnotherProcessWhileItIsOpen_isRefused() throws Exception {
    try (JournalFile journal = JournalFile.open(folder, NAME)) {
      journal.begin(List.of("heading"));
      assertThat(read(journal)).containsExactly("heading");

      assertThat(otherProcess()).isEqualTo(IN_USE);
      assertConflict();
      assertThat(otherProcess()).isEqualTo(IN_USE);
    }
    assertThat(otherProcess()).isEqualTo(FREE);
  }

  @Test
  void close_afterRemoval_leavesTheNextOneItsLock() throws Exception {
    JournalFile first = JournalFile.open(folder, NAME);
    first.remove();
    assertThat(folder.resolve(NAME)).doesNotExist();
    try (JournalFile second = JournalFile.open(folder, NAME)) {
      first.close();
      first.remove();

      second.begin(List.of("heading"));
      assertConflict();
      assertThat(otherProcess()).isEqualTo(IN_USE);
      assertThat(folder.resolve(NAME)).exists();
    }
  }

  @Test
  void open_afterARefusedOne_isPossibleOnceTheFirstIsClosed() throws Exception {
    try (JournalFile first = JournalFile.open(folder, NAME)) {
      first.begin(List.of("heading"));
      assertConflict();
    }
    try (JournalFile second = JournalFile.open(folder, NAME)) {
      assertThat(read(second)).containsExactly("heading");
    }
  }

  @Test
  void read_damagedAnywhere_givesWhatTheFileWasEarlier() throws Exception {
    Random random = JournalDamage.random(31);
    for (int round = 0; round < 150; round++) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        lines.add("line " + i + " ü".repeat(random.nextInt(20)));
      }
      try (JournalFile journal = JournalFile.open(folder, NAME)) {
        journal.begin(lines);
      }
      JournalDamage.of(folder.resolve(NAME), random);

      List<String> left;
      try (JournalFile journal = JournalFile.open(folder, NAME)) {
        left = read(journal);
        assertThat(lines.subList(0, left.size())).isEqualTo(left);
        journal.append(List.of("more"));
      }

      left.add("more");
      try (JournalFile journal = JournalFile.open(folder, NAME)) {
        assertThat(read(journal)).isEqualTo(left);
        journal.remove();
      }
    }
  }

  @Test
  void append_afterOneThatFailed_isRefused() throws Exception {
    try (JournalFile journal = JournalFile.open(folder, NAME)) {
      journal.begin(List.of("heading"));
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> journal.append(List.of("lost"))).isInstanceOf(ZansocException.class);
      assertThat(Thread.interrupted()).isTrue();

      assertThatThrownBy(() -> journal.append(List.of("later")))
          .isInstanceOf(ZansocException.class);
    }
    try (JournalFile journal = JournalFile.open(folder, NAME)) {
      assertThat(read(journal)).containsExactly("heading");
    }
  }

  private void assertConflict() {
    assertThatThrownBy(() -> JournalFile.open(folder, NAME).close())
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }

  private int otherProcess() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> read(JournalFile journal) throws IOException {
    List<String> lines = new ArrayList<>();
    journal.read(lines::add);
    return lines;
  }
}
