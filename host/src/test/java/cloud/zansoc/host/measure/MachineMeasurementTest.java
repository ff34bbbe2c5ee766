package cloud.zansoc.host.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.MachineReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineMeasurementTest {
  private static final MeasureBudget TINY =
      new MeasureBudget(
          Duration.ofMillis(20),
          Duration.ofMillis(20),
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          ByteSize.ofMebibytes(8),
          Duration.ofMillis(10),
          Duration.ofMillis(20),
          true);

  @Test
  void measure_everything_reportsAllPartsAndLeavesNoFile(@TempDir Path folder) throws IOException {
    List<String> parts = new ArrayList<>();
    CountingHub hub = new CountingHub();
    MachineReport report =
        new MachineMeasurement(folder, new ByteSize(0), TINY, parts::add).measure(hub).report();
    assertThat(parts)
        .containsExactly("system", "processor", "memory", "disk", "network", "graphics cards");
    assertThat(report.cpuSingle()).isPositive();
    assertThat(report.cpuAll()).isPositive();
    assertThat(report.memoryBytes()).isPositive();
    assertThat(report.memoryBandwidth()).isPositive();
    assertThat(report.disk().freeBytes()).isPositive();
    assertThat(report.disk().writeBytesPerSecond()).isPositive();
    assertThat(report.disk().readBytesPerSecond()).isPositive();
    assertThat(report.disk().syncsPerSecond()).isPositive();
    assertThat(report.downBytesPerSecond()).isPositive();
    assertThat(report.upBytesPerSecond()).isPositive();
    assertThat(report.hubRoundTripMicros()).isPositive();
    assertThat(hub.pings).isEqualTo(6);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void measure_diskBelowReserve_isRefusedAndWritesNothing(@TempDir Path folder) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    MachineMeasurement measurement =
        new MachineMeasurement(folder, new ByteSize(free), TINY, part -> {});
    assertThatThrownBy(() -> measurement.measure(new CountingHub()))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE))
        .hasMessageContaining("choose another folder");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void bytesPerSecond_slowLine_stopsAfterTheFirstTransfer() {
    List<Long> asked = new ArrayList<>();
    NetworkScore.bytesPerSecond(
        bytes -> {
          asked.add(bytes);
          spin(Duration.ofMillis(5));
        },
        Duration.ofMillis(5));
    assertThat(asked).hasSize(1);
  }

  @Test
  void bytesPerSecond_fastLine_neverAsksForMoreThanTheHubGives() {
    List<Long> asked = new ArrayList<>();
    long rate = NetworkScore.bytesPerSecond(asked::add, Duration.ofMillis(20));
    assertThat(asked).allMatch(bytes -> bytes <= HubProbe.MAX_BYTES).contains(HubProbe.MAX_BYTES);
    assertThat(rate).isPositive();
  }

  /** A few milliseconds of work: the line that is being measured is slow, the test is not. */
  private static void spin(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static final class CountingHub implements HubProbe {
    private int pings;

    @Override
    public void ping() {
      pings++;
    }

    @Override
    public void download(long bytes) {
      assertThat(bytes).isBetween(1L, MAX_BYTES);
    }

    @Override
    public void upload(long bytes) {
      assertThat(bytes).isBetween(1L, MAX_BYTES);
    }
  }
}
