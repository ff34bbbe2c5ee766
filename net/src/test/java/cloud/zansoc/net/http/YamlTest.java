package cloud.zansoc.net.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.YamlNode.Field;
import cloud.zansoc.net.http.YamlNode.Mapping;
import cloud.zansoc.net.http.YamlNode.Nothing;
import cloud.zansoc.net.http.YamlNode.Position;
import cloud.zansoc.net.http.YamlNode.Scalar;
import cloud.zansoc.net.http.YamlNode.Sequence;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class YamlTest {
  private static Position at(int line, int column) {
    return new Position("f.yaml", line, column);
  }

  @Test
  void read_everyKindOfValue_hasItsTextAndPlace() {
    assertThat(Yaml.read("f.yaml", "a: 0.50\nb:\n  - 010\n  - \"80\"\nc:\nd: {e: yes}\n"))
        .isEqualTo(
            new Mapping(
                at(1, 1),
                List.of(
                    new Field(at(1, 1), "a", new Scalar(at(1, 4), "0.50")),
                    new Field(
                        at(2, 1),
                        "b",
                        new Sequence(
                            at(3, 3),
                            List.of(new Scalar(at(3, 5), "010"), new Scalar(at(4, 5), "80")))),
                    new Field(at(5, 1), "c", new Nothing(at(5, 3))),
                    new Field(
                        at(6, 1),
                        "d",
                        new Mapping(
                            at(6, 4),
                            List.of(new Field(at(6, 5), "e", new Scalar(at(6, 8), "yes"))))))));
  }

  @Test
  void read_emptyText_isNothing() {
    assertThat(Yaml.read("f.yaml", "# only a comment\n")).isEqualTo(new Nothing(at(1, 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1\\nb: 2\\na: 3|f.yaml:3:1: 'a' is written twice: it stands in line 1 already",
        "a: 1\\n---\\nb: 2|f.yaml:3:1: a second document begins here, and only one is read",
        "a: &x 1\\nb: *x|f.yaml:2:4: aliases (*x) are not read: write the value again",
        "a: b: c|f.yaml:1:5: not YAML: mapping values are not allowed here",
        "\\ta: 1|f.yaml:1:1: not YAML",
        "a: 1\\n\\tb: 2|f.yaml:2:1: not YAML",
        "a: [1, 2|f.yaml:1",
        "a: \"x|f.yaml:1",
      })
  void read_wrongText_saysWhere(String text, String message) {
    assertThatThrownBy(() -> Yaml.read("f.yaml", text.replace("\\n", "\n").replace("\\t", "\t")))
        .isInstanceOf(ZansocException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void read_tooDeepOrTooLong_isRefused() {
    assertThatThrownBy(() -> Yaml.read("f.yaml", "[".repeat(40) + "]".repeat(40)))
        .isInstanceOf(ZansocException.class)
        .hasMessageContaining("more than 32 deep");
    assertThatThrownBy(() -> Yaml.read("f.yaml", "a".repeat(Yaml.MAX_CHARACTERS + 1)))
        .isInstanceOf(ZansocException.class)
        .hasMessageContaining("at most");
  }

  @Test
  void read_anyText_isReadOrRefused() {
    String letters = "ab:-[]{}#&*!|>'\"%@`?, \n\t~0.";
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      try {
        assertThat(Yaml.read("f.yaml", text.toString())).as("seed " + seed).isNotNull();
      } catch (ZansocException e) {
        assertThat(e.getMessage()).as("seed " + seed).startsWith("f.yaml:");
      }
    }
  }
}
