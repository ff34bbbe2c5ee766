package cloud.zansoc.host.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import cloud.zansoc.host.measure.MeasureBudget;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MeasuringProcessTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  @TempDir private Path folder;
  private final EnrollingHub hub = new EnrollingHub();
  private final List<String> parts = new ArrayList<>();
  private final MeasuringProcess measuring = new MeasuringProcess(List.of("-Xmx96m"));

  @BeforeEach
  void makeIdentity() {
    Identity.loadOrCreate(new HostFolder(folder).identity());
  }

  @AfterEach
  void closeHub() {
    hub.close();
  }

  @Test
  void measure_everything_tellsThePartsAndGivesTheFigures() {
    Measured measured = measuring.measure(order(new ByteSize(0), SHORT), parts::add);
    assertThat(parts)
        .containsExactly("system", "processor", "memory", "disk", "network", "graphics cards");
    assertThat(measured.quick()).isTrue();
    assertThat(measured.report().cpuSingle()).isPositive();
    assertThat(measured.report().disk().writeBytesPerSecond()).isPositive();
    assertThat(measured.report().upBytesPerSecond()).isPositive();
  }

  @Test
  void measure_diskBelowReserve_failsAsInThisProcess() throws IOException {
    ByteSize free = new ByteSize(Files.getFileStore(folder).getTotalSpace());
    assertThatThrownBy(() -> measuring.measure(order(free, SHORT), parts::add))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE))
        .hasMessageContaining("choose another folder");
    assertThat(parts).endsWith("disk");
  }

  @Test
  void measure_processCannotStart_saysSo() {
    MeasuringProcess broken = new MeasuringProcess(List.of("-XX:NoSuchFlag=1"));
    assertThatThrownBy(() -> broken.measure(order(new ByteSize(0), SHORT), parts::add))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
        .hasMessageContaining("the process that measures the machine");
  }

  @Test
  void program_inputEnds_endsWhileItMeasures() throws Exception {
    Process process = measuring.start();
    try {
      OutputStream out = process.getOutputStream();
      out.write(Json.write(order(new ByteSize(0), Duration.ofHours(1))));
      out.write('\n');
      out.flush();
      assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).contains("system");
      out.close();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private MeasureOrder order(ByteSize reserve, Duration processor) {
    return new MeasureOrder(
        folder.toString(),
        reserve,
        hub.identity.id(),
        hub.address(),
        new MeasureBudget(
            processor, processor, SHORT, SHORT, ByteSize.ofMebibytes(8), SHORT, SHORT, true));
  }
}
