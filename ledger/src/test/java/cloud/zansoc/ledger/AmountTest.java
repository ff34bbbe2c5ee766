package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.ledger.evm.ChecksumAddress;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts and addresses as people write them. */
final class AmountTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "12,12000000000000000000",
    "0.5,500000000000000000",
    "007.10,7100000000000000000",
    "0.000000000000000001,1",
    "0.1000000000000000000000,100000000000000000"
  })
  void parse_coins_givesUnits(String text, BigInteger units) {
    assertThat(Amount.parse(text)).isEqualTo(new Amount(units));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+1",
        "1e3",
        ".5",
        "5.",
        "1.",
        "1,5",
        "0x1",
        " 1",
        "0.0000000000000000001"
      })
  void parse_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> Amount.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 70})
  void parse_moreThanCanBeWrittenDown_isRefused(int digits) {
    assertThatThrownBy(() -> Amount.parse("9".repeat(digits)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1", "12.5", "0.000000000000000001", "1000000000", "10.000000000000000009"})
  void coins_asText_comeBackExactly(String text) {
    assertThat(Amount.parse(text).coins()).isEqualTo(text);
  }

  @Test
  void coins_ofAnyAmount_areReadBack() {
    Random random = new Random(20261127);
    for (int i = 0; i < 10_000; i++) {
      Amount amount = new Amount(new BigInteger(random.nextInt(257), random));
      int decimals = random.nextInt(30);

      assertThat(Amount.parse(amount.decimal(decimals), decimals)).isEqualTo(amount);
    }
    assertThat(Amount.ofCoins(100).coins()).isEqualTo("100");
    assertThat(Amount.ofCoins(3).coins()).isEqualTo("3");
    assertThat(Amount.ZERO.coins()).isEqualTo("0");
    assertThat(Amount.parse("2.50")).isEqualTo(Amount.parse("2.5"));
    assertThat(Amount.parse(Amount.LARGEST.coins())).isEqualTo(Amount.LARGEST);
  }

  /** The addresses of EIP-55's own examples. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
      })
  void checksum_ofAnAddress_isChecked(String text) {
    AccountId account = ChecksumAddress.parse(text);

    assertThat(ChecksumAddress.text(account)).isEqualTo(text);
    assertThat(ChecksumAddress.parse(text.toLowerCase(Locale.ROOT))).isEqualTo(account);
    assertThat(ChecksumAddress.parse("0x" + text.substring(2).toUpperCase(Locale.ROOT)))
        .isEqualTo(account);
    String mistyped = text.replaceFirst("[A-F]", "0");
    assertThatThrownBy(() -> ChecksumAddress.parse(mistyped))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(mistyped);
  }
}
