package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JournalFileTest {
  private static final int FREE = 0;
  private static final int IN_USE = 3;
  private static final int REFUSED = 4;

  private static final String NAME = "a.journal";

  @TempDir Path folder;

  /** Another process that opens a journal: its exit code says what came of it. */
  static final class Other {
    private Other() {}

    /** Opens the journal of the folder that is named, and writes as many lines as are named. */
    public static void main(String[] arguments) throws IOException {
      int code = FREE;
      try (JournalFile journal = JournalFile.open(Path.of(arguments[0]), NAME)) {
        read(journal);
        code = write(journal, Integer.parseInt(arguments[1]));
      } catch (ZansocException e) {
        code = e.code() == ErrorCode.CONFLICT ? IN_USE : 1;
      }
      System.exit(code);
    }

    private static int write(JournalFile journal, int count) {
      int failures = 0;
      for (int i = 0; i < count; i++) {
        try {
          journal.append(List.of("x".repeat(200), "y".repeat(100 + i)));
        } catch (ZansocException e) {
          failures++;
        }
      }
      return failures == 0 ? FREE : REFUSED;
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

  @Test
  @EnabledOnOs(OS.LINUX)
  void append_noRoomForAll_leavesWholeLinesOnly() throws Exception {
    try (JournalFile journal = JournalFile.open(folder, NAME)) {
      journal.begin(List.of("heading"));
    }
    String limited = "ulimit -f 8; exec \"$0\" \"$@\"";

    assertThat(otherProcess(List.of("bash", "-c", limited), 100)).isEqualTo(REFUSED);

    byte[] bytes = Files.readAllBytes(folder.resolve(NAME));
    assertThat(bytes).endsWith('\n').hasSizeBetween(7000, 8 * 1024);
    try (JournalFile journal = JournalFile.open(folder, NAME)) {
      List<String> lines = read(journal);
      assertThat(lines.size() % 2).as("the heading, and pairs").isEqualTo(1);
      assertThat(lines.getLast()).startsWith("y");
    }
    assertThat(folder.resolve(NAME)).hasSize(bytes.length);
  }

  private void assertConflict() {
    assertThatThrownBy(() -> JournalFile.open(folder, NAME).close())
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }

  private int otherProcess() throws IOException, InterruptedException {
    return otherProcess(List.of(), 0);
  }

  private int otherProcess(List<String> wrapper, int lines)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx64m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Other.class.getName(), folder.toString(), String.valueOf(lines)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
