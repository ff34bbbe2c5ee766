package cloud.zansoc.compute.engine;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.net.node.MachineReport.Gpu;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class GraphicsCardsTest {
  @Test
  void parse_severalCards_givesEach() throws IOException {
    try (InputStream recorded = GraphicsCardsTest.class.getResourceAsStream("nvidia-smi.csv")) {
      String csv =
          new String(Objects.requireNonNull(recorded).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(GraphicsCards.parse(csv))
          .containsExactly(
              card(
                  "GPU-8f1c2d3e-4b5a-6978-8091-a2b3c4d5e6f7",
                  "NVIDIA GeForce RTX 3060",
                  12288,
                  "550.163.01"),
              card("GPU-0a1b2c3d-1111-2222-3333-444455556666", "NVIDIA H200", 143771, "560.35.03"),
              card("GPU-ffeeddcc-bbaa-9988-7766-554433221100", "NVIDIA GB10", 0, "580.95.05"));
    }
  }

  private static GraphicsCard card(String id, String name, long mebibytes, String driver) {
    return new GraphicsCard(id, new Gpu(name, mebibytes << 20, driver));
  }

  @Test
  void parse_noCards_givesNone() {
    assertThat(GraphicsCards.parse("No devices were found\n")).isEmpty();
    assertThat(GraphicsCards.parse("")).isEmpty();
  }

  @Test
  void parse_nameWithComma_keepsIt() {
    assertThat(GraphicsCards.parse("Card, with comma, 1024, 1.0, GPU-01\n"))
        .containsExactly(card("GPU-01", "Card, with comma", 1024, "1.0"));
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
    assertThat(GraphicsCards.find(List.of("echo", "NVIDIA T4, 15360, 535.1, GPU-02"), notes))
        .containsExactly(card("GPU-02", "NVIDIA T4", 15360, "535.1"));
    assertThat(notes).isEmpty();
  }
}
