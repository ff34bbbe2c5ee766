package cloud.zansoc.cli.node;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.NetworkTotals;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Nodes as text. Pure. */
final class NodeTexts {
  /** The columns of {@link #row}; a '>' marks numbers. */
  static final List<String> HEADERS =
      List.of(
          "NAME",
          "STATE",
          "ROLES",
          "VERSION",
          "ADDRESS",
          "OS",
          ">VCPU",
          ">CPU",
          ">MEMORY",
          ">STORED",
          ">OF",
          ">DOWN/UP MBIT/S",
          ">INST",
          ">AGE",
          "LABELS");

  private NodeTexts() {}

  /** One line of the table; unknown values are a hyphen. */
  static List<String> row(NodeView node, Instant now) {
    return List.of(
        node.name(),
        node.state().name(),
        String.join(",", node.roles()),
        node.version(),
        address(node),
        node.machine().os(),
        Integer.toString(node.machine().vcpus()),
        node.status().map(status -> percent(status.cpuPercent())).orElse("-"),
        node.status().map(status -> memory(node, status)).orElse("-"),
        node.status().map(status -> new ByteSize(status.storedBytes()).toString()).orElse("-"),
        node.capacity().toString(),
        megabits(node.machine().downBytesPerSecond())
            + "/"
            + megabits(node.machine().upBytesPerSecond()),
        node.status().map(status -> Integer.toString(status.instances())).orElse("-"),
        age(Duration.between(node.joined(), now)),
        labels(node.labels()));
  }

  /** Where the node is reached. */
  static String address(NodeView node) {
    return node.address()
        .map(Object::toString)
        .orElse(node.externalIp().isEmpty() ? "relay" : "relay (" + node.externalIp() + ")");
  }

  /** The last line of the table. */
  static String totals(NetworkTotals totals) {
    return ("%d nodes, %d ready: %d vCPU (%s busy), memory %s of %s, storage %s of %s, %d GPUs,"
            + " %d instances")
        .formatted(
            totals.nodes(),
            totals.ready(),
            totals.vcpus(),
            percent(totals.cpuPercent()),
            totals.memoryUsed(),
            totals.memory(),
            totals.storageUsed(),
            totals.storage(),
            totals.gpus(),
            totals.instances());
  }

  /** "zone=a,rack=2" in the order of the names. */
  static String labels(Map<String, String> labels) {
    return String.join(
        ",",
        new TreeMap<>(labels)
            .entrySet().stream().map(label -> label.getKey() + "=" + label.getValue()).toList());
  }

  /** The largest unit that is not zero: "3d", "5h", "12m", "7s". */
  static String age(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + "d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
  }

  static String percent(double percent) {
    return String.format(Locale.ROOT, "%.0f%%", percent);
  }

  private static String memory(NodeView node, HostStatus status) {
    long total = node.machine().memoryBytes();
    return total == 0 ? "-" : percent(100.0 * status.memoryUsedBytes() / total);
  }

  private static String megabits(long bytesPerSecond) {
    return Long.toString(Math.round(bytesPerSecond * 8 / 1e6));
  }
}
