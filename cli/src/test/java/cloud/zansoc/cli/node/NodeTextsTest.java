package cloud.zansoc.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.MachineReport;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NodeTextsTest {
  private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

  @Test
  void row_connectedNode_fillsEveryColumn() {
    HostStatus status =
        new HostStatus(
            "0.1.0", 1 << 20, 1 << 30, 4, 12.4, 512L << 20, 1, 2, 0, true, "", Optional.empty());
    NodeView node = node(Optional.of(HostAddress.parse("192.0.2.7:7070")), Optional.of(status));
    assertThat(NodeTexts.row(node, NOW))
        .hasSameSizeAs(NodeTexts.HEADERS)
        .containsExactly(
            "attic",
            "READY",
            "storage",
            "0.1.0",
            "192.0.2.7:7070",
            "Some Linux",
            "4",
            "12%",
            "50%",
            "1.00 MiB",
            "10.0 GiB",
            "80/8",
            "0",
            "2d",
            "rack=2,zone=home-1");
  }

  @Test
  void row_nodeNeverHeard_showsHyphens() {
    List<String> row = NodeTexts.row(node(Optional.empty(), Optional.empty()), NOW);
    assertThat(row).hasSameSizeAs(NodeTexts.HEADERS);
    assertThat(row.get(4)).isEqualTo("relay (198.51.100.1)");
    assertThat(row).filteredOn(cell -> cell.equals("-")).hasSize(4);
  }

  @Test
  void age_anyDuration_isItsLargestUnit() {
    assertThat(NodeTexts.age(Duration.ofHours(49))).isEqualTo("2d");
    assertThat(NodeTexts.age(Duration.ofMinutes(119))).isEqualTo("1h");
    assertThat(NodeTexts.age(Duration.ofSeconds(60))).isEqualTo("1m");
    assertThat(NodeTexts.age(Duration.ofSeconds(-3))).isEqualTo("0s");
  }

  @Test
  void tokenRow_eachState_isNamed() {
    assertThat(state(NOW.plusSeconds(1), 0, false)).isEqualTo("valid");
    assertThat(state(NOW, 0, false)).isEqualTo("expired");
    assertThat(state(NOW.plusSeconds(1), 2, false)).isEqualTo("used up");
    assertThat(state(NOW.plusSeconds(1), 0, true)).isEqualTo("revoked");
  }

  private static String state(Instant expires, int uses, boolean revoked) {
    TokenView token =
        new TokenView(
            "id", Role.HOST, Optional.empty(), NOW, expires, Optional.of(2), uses, revoked, "");
    return TokenListCommand.row(token, NOW).get(2);
  }

  private static NodeView node(Optional<HostAddress> address, Optional<HostStatus> status) {
    return new NodeView(
        new PeerId(Digest.sha256(new byte[1])),
        "attic",
        NodeView.State.READY,
        Optional.empty(),
        List.of("storage"),
        "0.1.0",
        address,
        "198.51.100.1",
        Money.parseUsd("1"),
        ByteSize.ofGibibytes(10),
        Map.of("zone", "home-1", "rack", "2"),
        new MachineReport(
            "Some Linux",
            "6.1",
            "amd64",
            "model",
            4,
            1,
            1,
            List.of(),
            1L << 30,
            1,
            new MachineReport.Disk(1, 1, 1, 1, 1),
            10_000_000,
            1_000_000,
            1,
            List.of()),
        status,
        NOW.minus(Duration.ofDays(2)),
        NOW);
  }
}
