package cloud.zansoc.codec.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecoveryPhraseTest {
  /** Eight of the addresses in the proposal for proquints: two words for each. */
  private static final RootKey PUBLISHED =
      new RootKey(
          Key256.of(
              HexFormat.of()
                  .parseHex("7f0000013f54dcc13f7607238c62c18d40ff06c8801e342d93437702d43afd44")));

  private static final String WORDS =
      "lusab babad gutih tugad gutuk bisog mudof sakat haguz biram mabiv gibot natag lisaf "
          + "tibup zujah";

  @Test
  void of_publishedAddresses_beginsWithTheirProquints() {
    assertThat(RecoveryPhrase.of(PUBLISHED)).startsWith(WORDS + " ").hasSize(17 * 6 - 1);
    assertThat(RecoveryPhrase.parse(RecoveryPhrase.of(PUBLISHED))).isEqualTo(PUBLISHED);
  }

  @Test
  void parse_ofAnyPhrase_givesItsKey() {
    Random random = new Random(13);
    for (int i = 0; i < 500; i++) {
      RootKey root = RootKey.random(random);
      assertThat(RecoveryPhrase.parse(RecoveryPhrase.of(root))).isEqualTo(root);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "\n", "  ", ", ", "\t\r\n", " 12. ", "\u00a0", "/"})
  void parse_withOtherSeparatorsAndCapitals_givesTheKey(String separator) {
    String phrase = RecoveryPhrase.of(PUBLISHED).toUpperCase(Locale.ROOT).replace(" ", separator);
    assertThat(RecoveryPhrase.parse(" 1) " + phrase + ".\n")).isEqualTo(PUBLISHED);
  }

  @Test
  void parse_ofMisreadWord_namesItsPlaceAndNotItsText() {
    String phrase = RecoveryPhrase.of(PUBLISHED);
    refused(phrase.replace("gutuk", "gutek"), "word 5", "letter 4", "aiou");
    refused(phrase.replace("lusab", "cusab"), "word 1 ", "letter 1", "bdfghjklmnprstvz");
    refused(phrase.replace("tibup", "tibu"), "word 15", "4 letters");
    assertThatThrownBy(() -> RecoveryPhrase.parse(phrase.replace("gutuk", "gutek")))
        .message()
        .doesNotContain("gutek");
  }

  @Test
  void parse_ofWordMissing_tellsHowManyThereAre() {
    String phrase = RecoveryPhrase.of(PUBLISHED);
    refused(phrase.substring(6), "16 words", "17");
    refused(phrase + " lusab", "18 words", "17");
    refused("", "0 words");
  }

  @Test
  void parse_ofPossibleButWrongWord_namesTheChecksum() {
    String phrase = RecoveryPhrase.of(PUBLISHED);
    refused(phrase.replace("gutuk", "gutug"), "checksum");
    refused(phrase.replace("lusab babad", "babad lusab"), "checksum");
  }

  private static void refused(String phrase, String... reasons) {
    assertThatThrownBy(() -> RecoveryPhrase.parse(phrase))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .message()
        .contains(reasons);
  }
}
