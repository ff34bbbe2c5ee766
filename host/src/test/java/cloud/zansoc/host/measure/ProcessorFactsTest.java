package cloud.zansoc.host.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ProcessorFactsTest {
  @Test
  void parse_amd64_givesModelAndFeaturesOfTheFirstProcessor() throws IOException {
    ProcessorFacts facts = ProcessorFacts.parse(resource("cpuinfo-amd64.txt"));
    assertThat(facts.model()).isEqualTo("13th Gen Intel(R) Core(TM) i3-13100");
    assertThat(facts.features())
        .containsExactly(
            "pclmulqdq",
            "vmx",
            "ssse3",
            "sse4_2",
            "aes",
            "avx",
            "avx2",
            "bmi2",
            "sha_ni",
            "gfni",
            "vaes",
            "vpclmulqdq");
  }

  @Test
  void parse_arm64Server_namesTheCoreByItsPart() throws IOException {
    ProcessorFacts facts = ProcessorFacts.parse(resource("cpuinfo-arm64-server.txt"));
    assertThat(facts.model()).isEqualTo("ARM Neoverse-N1");
    assertThat(facts.features())
        .containsExactly("asimd", "aes", "pmull", "sha1", "sha2", "crc32", "atomics");
  }

  @Test
  void parse_arm64Board_namesTheBoardToo() throws IOException {
    ProcessorFacts facts = ProcessorFacts.parse(resource("cpuinfo-arm64-board.txt"));
    assertThat(facts.model()).isEqualTo("ARM Cortex-A72 (Raspberry Pi 4 Model B Rev 1.1)");
    assertThat(facts.features()).containsExactly("asimd", "crc32");
  }

  @Test
  void parse_unknownArmPart_givesItsNumbers() {
    assertThat(ProcessorFacts.parse("CPU implementer : 0x99\nCPU part : 0x123\n").model())
        .isEqualTo("implementer 0x99 part 0x123");
  }

  @Test
  void parse_nothing_givesEmptyFacts() {
    ProcessorFacts facts = ProcessorFacts.parse("");
    assertThat(facts.model()).isEmpty();
    assertThat(facts.features()).isEmpty();
  }

  static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ProcessorFactsTest.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
