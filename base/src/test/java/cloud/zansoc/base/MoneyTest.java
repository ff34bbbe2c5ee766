package cloud.zansoc.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MoneyTest {
  @ParameterizedTest
  @CsvSource({
    "1.25,1250000",
    "1.25 USD,1250000",
    "$1.25,1250000",
    "0.000001,1",
    "-3,-3000000",
    "0,0",
    "1usd,1000000"
  })
  void parseUsd_ofAmount_givesMicroDollars(String text, long microDollars) {
    assertThat(Money.parseUsd(text)).isEqualTo(new Money(microDollars));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "USD", "1.2345678", "one", "1,25", "99999999999999999999"})
  void parseUsd_ofOtherText_isRefused(String text) {
    assertThatThrownBy(() -> Money.parseUsd(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void toString_ofAnyAmount_parsesBack() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      Money money = new Money(random.nextLong() >> random.nextInt(64));
      assertThat(Money.parseUsd(money.toString())).isEqualTo(money);
    }
    assertThat(new Money(1_250_000)).hasToString("1.25 USD");
    assertThat(new Money(1)).hasToString("0.000001 USD");
    assertThat(Money.ZERO).hasToString("0.00 USD");
  }

  @Test
  void plus_overTheEdge_throws() {
    assertThat(new Money(2).plus(new Money(-3))).isEqualTo(new Money(-1));
    assertThatThrownBy(() -> new Money(Long.MAX_VALUE).plus(new Money(1)))
        .isInstanceOf(ArithmeticException.class);
  }
}
