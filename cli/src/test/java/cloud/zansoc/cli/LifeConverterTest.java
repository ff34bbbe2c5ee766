package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class LifeConverterTest {
  private final LifeConverter converter = new LifeConverter();

  @Test
  void convert_everyUnit_isRead() {
    assertThat(converter.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(converter.convert("30m")).isEqualTo(Duration.ofMinutes(30));
    assertThat(converter.convert("24h")).isEqualTo(Duration.ofDays(1));
    assertThat(converter.convert("7d")).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void convert_anythingElse_saysWhatToWrite() {
    for (String text : new String[] {"soon", "", "5", "-5m", "1234567d", "3w"}) {
      assertThatThrownBy(() -> converter.convert(text))
          .isInstanceOf(CommandLine.TypeConversionException.class)
          .hasMessageContaining("24h");
    }
  }
}
