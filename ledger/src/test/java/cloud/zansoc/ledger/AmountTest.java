package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AmountTest {
  @Test
  void coins_asText_comeBackExactly() {
    for (String text :
        List.of("0", "1", "12.5", "0.000000000000000001", "1000000000", "10.000000000000000009")) {
      assertThat(Amount.parseCoins(text).inCoins()).isEqualTo(text);
    }
    assertThat(Amount.parseCoins("2.50")).isEqualTo(Amount.parseCoins("2.5"));
    assertThat(Amount.ofCoins(3).inCoins()).isEqualTo("3");
    assertThat(Amount.parseCoins(Amount.LARGEST.inCoins())).isEqualTo(Amount.LARGEST);
  }

  @Test
  void texts_thatAreNoCoins_areRefused() {
    for (String text :
        List.of(
            "",
            "-1",
            "+1",
            "1.",
            ".5",
            "1e3",
            "1,5",
            "0.0000000000000000001",
            " 1",
            "9".repeat(60))) {
      assertThatThrownBy(() -> Amount.parseCoins(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
