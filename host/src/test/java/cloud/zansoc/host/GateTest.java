package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.net.node.HostSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GateTest {
  @Test
  void gate_eachReason_isSaid() {
    Clock noonOnMonday = Clock.fixed(Instant.parse("2026-03-02T12:00:00Z"), ZoneOffset.UTC);
    Gate gate = new Gate(noonOnMonday, Schedule.ALWAYS);
    assertThat(gate.closed()).isEmpty();
    gate.schedule(Schedule.parse("22:00-06:00"));
    assertThat(gate.closed()).contains("out of its hours (22:00-06:00)");
    gate.schedule(Schedule.parse("mon 12:00-13:00"));
    assertThat(gate.closed()).isEmpty();
    gate.obey(
        new HostSettings(true, false, new ByteSize(0), Optional.empty(), 0, Optional.empty()));
    assertThat(gate.closed()).contains("paused");
    Instant back = Instant.parse("2026-03-02T12:10:00Z");
    gate.obey(
        new HostSettings(true, false, new ByteSize(0), Optional.of(back), 0, Optional.empty()));
    assertThat(gate.closed()).contains("paused, and runs no instances from " + back + " on");
    gate.obey(new HostSettings(true, true, new ByteSize(0), Optional.empty(), 0, Optional.empty()));
    assertThat(gate.closed()).contains("draining");
    gate.obey(
        new HostSettings(false, false, new ByteSize(0), Optional.empty(), 0, Optional.empty()));
    assertThat(gate.closed()).isEmpty();
    gate.stop();
    assertThat(gate.closed()).contains("stopping");
  }
}
