package cloud.zansoc.host;

import cloud.zansoc.host.measure.MemoryFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How busy the machine is, by /proc; zeros on systems without it. Not thread-safe: each call's
 * processor share is over the time since the call before.
 */
final class SystemLoad {
  private final Path proc;
  private long busy;
  private long total;

  SystemLoad(Path proc) {
    this.proc = proc;
    cpuPercent();
  }

  /** The processor's busy share since the last call, 0 to 100. */
  double cpuPercent() {
    try {
      return cpuPercent(Files.readString(proc.resolve("stat")));
    } catch (IOException e) {
      return 0;
    }
  }

  /** As {@link #cpuPercent()}, of the text of /proc/stat. */
  double cpuPercent(String stat) {
    String[] fields = stat.lines().findFirst().orElse("").strip().split("\\s+", -1);
    if (fields.length < 5 || !fields[0].toLowerCase(Locale.ROOT).equals("cpu")) {
      return 0;
    }
    long all = 0;
    // user nice system idle iowait irq softirq steal; guest times are within user and nice.
    for (int i = 1; i < Math.min(fields.length, 9); i++) {
      all += Long.parseLong(fields[i]);
    }
    long idle = Long.parseLong(fields[4]) + (fields.length > 5 ? Long.parseLong(fields[5]) : 0);
    long busyNow = all - idle;
    long elapsed = all - total;
    double share = elapsed <= 0 ? 0 : 100.0 * (busyNow - busy) / elapsed;
    busy = busyNow;
    total = all;
    return Math.clamp(share, 0, 100);
  }

  /** Memory that programs use, in bytes. */
  long memoryUsed() {
    try {
      return MemoryFacts.parse(Files.readString(proc.resolve("meminfo"))).used();
    } catch (IOException e) {
      return 0;
    }
  }
}
