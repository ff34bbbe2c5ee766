package cloud.zansoc.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
  @Test
  void parse_everyUnit_isRead() {
    assertThat(Durations.parse("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Durations.parse("30m")).isEqualTo(Duration.ofMinutes(30));
    assertThat(Durations.parse("24h")).isEqualTo(Duration.ofDays(1));
    assertThat(Durations.parse("7d")).isEqualTo(Duration.ofDays(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "", "5", "-5m", "1234567890d", "3w"})
  void parse_anythingElse_saysWhatToWrite(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("24h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "90s", "30m", "5h", "7d"})
  void text_ofWhatWasParsed_isTheSame(String text) {
    assertThat(Durations.text(Durations.parse(text))).isEqualTo(text);
  }
}
