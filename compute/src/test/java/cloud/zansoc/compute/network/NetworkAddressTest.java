package cloud.zansoc.compute.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkAddressTest {
  @Test
  void random_manyTimes_isNeverALighthousesAndReadsBack() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      NetworkAddress address = NetworkAddress.random(random);
      assertThat(address.isLighthouse() || address.equals(NetworkAddress.HUB)).isFalse();
      assertThat(NetworkAddress.parse(address.toString())).isEqualTo(address);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"100.63.255.255", "100.128.0.0", "10.0.0.1", "100.64.0.256", "100.64.1", "", "x"})
  void parse_outsideTheRange_isRefused(String text) {
    assertThatThrownBy(() -> NetworkAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @Test
  void isLighthouse_holdsForTheFirstAddressesBesideTheHub() {
    assertThat(NetworkAddress.HUB.toString()).isEqualTo("100.64.0.1");
    assertThat(NetworkAddress.HUB.isLighthouse()).isFalse();
    assertThat(NetworkAddress.parse("100.64.0.2").isLighthouse()).isTrue();
    assertThat(NetworkAddress.parse("100.64.1.0").isLighthouse()).isFalse();
  }
}
