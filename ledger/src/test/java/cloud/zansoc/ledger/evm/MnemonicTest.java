package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MnemonicTest {
  /**
   * The first vector of BIP-39 with 256 bits, and the addresses that wallets publish for others.
   */
  @Test
  void ofEntropy_ofPublishedZeros_givesThePublishedWords() {
    assertThat(Mnemonic.ofEntropy(new byte[32]).words()).isEqualTo("abandon ".repeat(23) + "art");
  }

  @ParameterizedTest
  @CsvSource({
    "test test test test test test test test test test test junk,"
        + " 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
        + " about, 0x9858effd232b4033e47d90003d41ec34ecaeda94"
  })
  void key_ofPublishedWords_isThatOfThePublishedAddress(String words, String address) {
    assertThat(Mnemonic.ofWords(words).key().account().text()).isEqualTo(address);
  }

  @Test
  void ofWords_withWrongChecksum_isRefusedWithoutRepeatingThem() {
    assertThatThrownBy(() -> Mnemonic.ofWords("abandon ".repeat(23) + "zoo"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("abandon", "zoo");
  }

  @Test
  void ofEntropy_ofAnotherLength_isRefused() {
    assertThatThrownBy(() -> Mnemonic.ofEntropy(new byte[16]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void toString_ofAnyMnemonic_hidesTheWords() {
    assertThat(Mnemonic.ofEntropy(new byte[32]).toString()).doesNotContain("abandon");
  }
}
