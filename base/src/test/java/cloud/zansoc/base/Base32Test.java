package cloud.zansoc.base;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Base32Test {
  @ParameterizedTest
  @CsvSource({
    "'',''",
    "f,my",
    "fo,mzxq",
    "foo,mzxw6",
    "foob,mzxw6yq",
    "fooba,mzxw6ytb",
    "foobar,mzxw6ytboi"
  })
  void encode_ofRfc4648Vector_equalsIt(String plain, String encoded) {
    assertThat(Base32.encode(plain.getBytes(US_ASCII))).isEqualTo(encoded);
    assertThat(Base32.decode(encoded)).isEqualTo(plain.getBytes(US_ASCII));
  }

  @Test
  void decode_ofEncoded_givesTheBytes() {
    Random random = new Random(20261123);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      assertThat(Base32.decode(Base32.encode(bytes))).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MY", "m1", "my======", "m", "mz", "mzxw6y", "mé", "m y", "m\u0100"})
  void decode_ofWhatNoEncoderWrites_isRefused(String text) {
    assertThatThrownBy(() -> Base32.decode(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
