package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.net.node.HostSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LimitsTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void throttle_anyRequests_neverPassesMoreThanRateAndBurst() {
    long seed = Long.getLong("zansoc.seed", System.nanoTime());
    System.out.println("LimitsTest seed: -Dzansoc.seed=" + seed);
    Random random = new Random(seed);
    AtomicLong clock = new AtomicLong();
    Throttle throttle = new Throttle(clock::get);
    long rate = 1_000_000;
    throttle.limit(rate);
    long passed = 0;
    for (int i = 0; i < 10_000; i++) {
      int bytes = 1 + random.nextInt(262_144);
      long waited = throttle.reserve(bytes);
      assertThat(waited).isNotNegative();
      clock.addAndGet(waited);
      // Before this amount, at most what the time so far and one burst allow has passed.
      assertThat((double) passed).isLessThanOrEqualTo(rate * (clock.get() / 1e9 + 0.25) + 1);
      passed += bytes;
      clock.addAndGet(random.nextInt(3) == 0 ? random.nextLong(SECOND) : 0);
    }
  }

  @Test
  void throttle_keptBusy_usesTheWholeRate() {
    AtomicLong clock = new AtomicLong();
    Throttle throttle = new Throttle(clock::get);
    throttle.limit(1_000_000);
    for (int i = 0; i < 100; i++) {
      clock.addAndGet(throttle.reserve(100_000));
    }
    assertThat(clock.get()).isBetween(9 * SECOND, 10 * SECOND);
  }

  @Test
  void throttle_unlimited_neverWaits() {
    Throttle throttle = new Throttle(() -> 0);
    assertThat(throttle.reserve(Integer.MAX_VALUE)).isZero();
    assertThat(throttle.reserve(Integer.MAX_VALUE)).isZero();
    throttle.limit(1000);
    throttle.reserve(1000);
    assertThat(throttle.reserve(1)).isPositive();
    throttle.limit(0);
    assertThat(throttle.reserve(1)).isZero();
  }

  @Test
  void gate_eachReason_isSaid() {
    Clock noonOnMonday = Clock.fixed(Instant.parse("2026-03-02T12:00:00Z"), ZoneOffset.UTC);
    Gate gate = new Gate(noonOnMonday, Schedule.ALWAYS);
    assertThat(gate.closed()).isEmpty();
    gate.schedule(Schedule.parse("22:00-06:00"));
    assertThat(gate.closed()).contains("out of its hours (22:00-06:00)");
    gate.schedule(Schedule.parse("mon 12:00-13:00"));
    assertThat(gate.closed()).isEmpty();
    gate.obey(new HostSettings(true, false, new ByteSize(0), 0));
    assertThat(gate.closed()).contains("paused");
    gate.obey(new HostSettings(true, true, new ByteSize(0), 0));
    assertThat(gate.closed()).contains("draining");
    gate.obey(new HostSettings(false, false, new ByteSize(0), 0));
    assertThat(gate.closed()).isEmpty();
    gate.stop();
    assertThat(gate.closed()).contains("stopping");
  }

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
