package cloud.zansoc.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0,0", "4096,4096", "4096B,4096", "500GB,500000000000", "500 gb,500000000000",
    "1.5TiB,1649267441664", "1KiB,1024", "1k,1000", "1Ki,1024", " 2 MiB ,2097152",
    "9223372036854775807,9223372036854775807", "0.5KiB,512"
  })
  void parse_ofSize_givesBytes(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "GB", "-1", "1.GB", "1 XB", "1iB", "8EiB", "1e3", "1,5GB", "NaN", "٣GB"})
  void parse_ofOtherText_isRefused(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.00 KiB",
    "1536,1.50 KiB",
    "104857600,100 MiB",
    "1610612736,1.50 GiB",
    "9223372036854775807,8.00 EiB"
  })
  void toString_ofSize_hasThreeDigits(long bytes, String text) {
    assertThat(new ByteSize(bytes)).hasToString(text);
  }

  @Test
  void constructor_ofNegative_isRefused() {
    assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ByteSize.ofGibibytes(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void factories_ofOne_giveTheUnit() {
    assertThat(ByteSize.ofKibibytes(1).bytes()).isEqualTo(1024);
    assertThat(ByteSize.ofMebibytes(1).bytes()).isEqualTo(1048576);
    assertThat(ByteSize.ofGibibytes(1).bytes()).isEqualTo(1073741824);
  }
}
