package cloud.zansoc.host.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemFactsTest {
  @Test
  void prettyName_debian_isUnquoted() {
    String text = "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
    assertThat(OsRelease.prettyName(text)).isEqualTo("Debian GNU/Linux 12 (bookworm)");
  }

  @Test
  void prettyName_withoutPrettyName_joinsNameAndVersion() {
    assertThat(OsRelease.prettyName("NAME='Odd \\$ Linux'\nVERSION_ID=3\n"))
        .isEqualTo("Odd $ Linux 3");
    assertThat(OsRelease.prettyName("# nothing\n")).isEqualTo("Linux");
  }

  @Test
  void memory_modernKernel_countsAvailable() {
    MemoryFacts facts =
        MemoryFacts.parse(
            "MemTotal:       16316412 kB\nMemFree:  1000 kB\nMemAvailable:    9316412 kB\n");
    assertThat(facts.total()).isEqualTo(16316412L * 1024);
    assertThat(facts.used()).isEqualTo(7000000L * 1024);
  }

  @Test
  void memory_oldKernel_countsFree() {
    assertThat(MemoryFacts.parse("MemTotal: 300 kB\nMemFree: 100 kB\n").used())
        .isEqualTo(200 * 1024);
  }

  @Test
  void memory_withoutTotal_isRefused() {
    assertThatThrownBy(() -> MemoryFacts.parse("MemFree: 1 kB\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MemTotal");
  }

  @Test
  void read_linuxTree_takesFactsFromIt(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    Files.createDirectories(root.resolve("usr/lib"));
    Files.writeString(root.resolve("usr/lib/os-release"), "PRETTY_NAME=\"Some Linux 1\"\n");
    Files.writeString(
        root.resolve("proc/cpuinfo"), ProcessorFactsTest.resource("cpuinfo-amd64.txt"));
    SystemFacts facts = SystemFacts.read(root, "Linux");
    assertThat(facts.os()).isEqualTo("Some Linux 1");
    assertThat(facts.processor().features()).contains("avx2");
    assertThat(facts.missing()).isEmpty();
    assertThat(facts.vcpus()).isPositive();
    assertThat(facts.memoryBytes()).isPositive();
  }

  @Test
  void read_linuxWithoutFiles_saysWhatIsMissing(@TempDir Path root) {
    SystemFacts facts = SystemFacts.read(root, "Linux");
    assertThat(facts.os()).isEqualTo("Linux");
    assertThat(facts.processor().model()).isEqualTo("unknown");
    assertThat(facts.missing()).hasSize(2);
  }

  @Test
  void read_otherSystem_saysWhatIsMissing(@TempDir Path root) {
    SystemFacts facts = SystemFacts.read(root, "Mac OS X");
    assertThat(facts.os()).isEqualTo("Mac OS X");
    assertThat(facts.missing())
        .containsExactly(
            "the processor's model and instruction sets: read on Linux only, not on Mac OS X");
  }

  @Test
  void architecture_ofEitherName_isOneName() {
    assertThat(SystemFacts.architecture("x86_64")).isEqualTo("amd64");
    assertThat(SystemFacts.architecture("amd64")).isEqualTo("amd64");
    assertThat(SystemFacts.architecture("aarch64")).isEqualTo("arm64");
  }
}
