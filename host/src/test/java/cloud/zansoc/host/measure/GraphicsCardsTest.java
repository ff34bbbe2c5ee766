package cloud.zansoc.host.measure;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.net.node.MachineReport.Gpu;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GraphicsCardsTest {
  @Test
  void parse_severalCards_givesEach() throws IOException {
    assertThat(GraphicsCards.parse(ProcessorFactsTest.resource("nvidia-smi.csv")))
        .containsExactly(
            new Gpu("NVIDIA GeForce RTX 3060", 12288L << 20, "550.163.01"),
            new Gpu("NVIDIA H200", 143771L << 20, "560.35.03"),
            new Gpu("NVIDIA GB10", 0, "580.95.05"));
  }

  @Test
  void parse_noCards_givesNone() {
    assertThat(GraphicsCards.parse("No devices were found\n")).isEmpty();
    assertThat(GraphicsCards.parse("")).isEmpty();
  }

  @Test
  void parse_nameWithComma_keepsIt() {
    assertThat(GraphicsCards.parse("Card, with comma, 1024, 1.0\n"))
        .containsExactly(new Gpu("Card, with comma", 1024L << 20, "1.0"));
  }

  @Test
  void find_withoutProgram_givesNoneAndNoNote() {
    List<String> notes = new ArrayList<>();
    assertThat(GraphicsCards.find(List.of("zansoc-no-such-program"), notes)).isEmpty();
    assertThat(notes).isEmpty();
  }

  @Test
  void find_programFails_notesIt() {
    List<String> notes = new ArrayList<>();
    assertThat(GraphicsCards.find(List.of("false"), notes)).isEmpty();
    assertThat(notes).containsExactly("graphics cards: nvidia-smi ended with 1");
  }

  @Test
  void find_programAnswers_givesItsCards() {
    List<String> notes = new ArrayList<>();
    assertThat(GraphicsCards.find(List.of("echo", "NVIDIA T4, 15360, 535.1"), notes))
        .containsExactly(new Gpu("NVIDIA T4", 15360L << 20, "535.1"));
    assertThat(notes).isEmpty();
  }
}
