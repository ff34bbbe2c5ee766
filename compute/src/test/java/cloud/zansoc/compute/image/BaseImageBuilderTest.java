package cloud.zansoc.compute.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BaseImageBuilderTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final BaseImageRecipe RECIPE =
      new BaseImageRecipe("bookworm", List.of("socat"), "example/base:1");

  @TempDir Path folder;

  private BaseImageBuilder builder() {
    return new BaseImageBuilder(folder, Clock.fixed(NOW, ZoneOffset.UTC), line -> {});
  }

  @Test
  void build_whatIsKept_isNotMadeAgain() throws IOException {
    Path kept = Files.writeString(folder.resolve(RECIPE.digest() + ".tar"), "kept");
    assertThat(builder().build(RECIPE, false)).isEqualTo(kept).hasContent("kept");
  }

  @Test
  void digest_ofPackagesInAnyOrder_isTheSame() {
    BaseImageRecipe one = new BaseImageRecipe("bookworm", List.of("a1", "b2"), "x:1");
    BaseImageRecipe other = new BaseImageRecipe("bookworm", List.of("b2", "a1", "b2"), "x:1");
    assertThat(one).isEqualTo(other);
    assertThat(one.digest()).isEqualTo(other.digest()).isNotEqualTo(RECIPE.digest());
  }

  @ParameterizedTest
  @CsvSource({
    "--help, socat, a:1",
    "bookworm, -o, a:1",
    "bookworm, socat, a",
    "bookworm, socat, A:1"
  })
  void recipe_badName_saysWhatIsAccepted(String suite, String included, String name) {
    assertThatThrownBy(() -> new BaseImageRecipe(suite, List.of(included), name))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("for example");
  }

  @Test
  void archive_ofATar_namesItsPartsByTheirDigests() throws IOException {
    Path files = Files.write(folder.resolve("files.tar"), new byte[10_240]);
    Path archive = folder.resolve("image.tar");

    ImageArchive.write(archive, files, "example/base:1", NOW);

    // printf of 10240 zeros through sha256sum.
    String layer = "84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652";
    Map<String, byte[]> parts = parts(archive);
    assertThat(parts).hasSize(3).containsKeys("manifest.json", layer + "/layer.tar");
    String manifest = new String(parts.get("manifest.json"), StandardCharsets.UTF_8);
    assertThat(manifest).contains("\"RepoTags\":[\"example/base:1\"]", layer + "/layer.tar");
    String configuration =
        parts.keySet().stream()
            .filter(x -> x.matches("[0-9a-f]{64}\\.json"))
            .findAny()
            .orElseThrow();
    assertThat(manifest).contains(configuration);
    assertThat(new String(parts.get(configuration), StandardCharsets.UTF_8))
        .contains("\"diff_ids\":[\"sha256:" + layer + "\"]", "2026-01-02T03:04:05Z");
  }

  private static Map<String, byte[]> parts(Path archive) throws IOException {
    Map<String, byte[]> parts = new TreeMap<>();
    try (InputStream in = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        parts.put(entry.getName(), tar.readAllBytes());
      }
    }
    return parts;
  }
}
