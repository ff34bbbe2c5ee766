package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SystemLoadTest {
  @Test
  void cpuPercent_betweenTwoReadings_isTheBusyShare() {
    SystemLoad load = new SystemLoad(Path.of("/zansoc-no-such-folder"));
    load.cpuPercent("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1\n");
    assertThat(load.cpuPercent("cpu  130 0 120 740 110 0 0 0 9 9\n")).isEqualTo(50.0);
    assertThat(load.cpuPercent("cpu  130 0 120 740 110 0 0 0 9 9\n")).isZero();
    assertThat(load.cpuPercent("not what is expected")).isZero();
    assertThat(load.memoryUsed()).isZero();
  }
}
