package cloud.zansoc.host.measure;

/**
 * What /proc/meminfo says, in bytes.
 *
 * @param total usable physical memory
 * @param available what programs could still get without swapping
 */
public record MemoryFacts(long total, long available) {
  /**
   * Parses the text of /proc/meminfo. Kernels before 3.14 do not say what is available: there, what
   * is free counts.
   *
   * @throws IllegalArgumentException if it does not say how much memory there is
   */
  public static MemoryFacts parse(String meminfo) {
    long total = kibibytes(meminfo, "MemTotal:");
    if (total < 0) {
      throw new IllegalArgumentException("/proc/meminfo has no line MemTotal");
    }
    long available = kibibytes(meminfo, "MemAvailable:");
    if (available < 0) {
      available = Math.max(0, kibibytes(meminfo, "MemFree:"));
    }
    return new MemoryFacts(total << 10, Math.min(total, available) << 10);
  }

  /** What programs use now. */
  public long used() {
    return total - available;
  }

  private static long kibibytes(String meminfo, String key) {
    return meminfo
        .lines()
        .filter(line -> line.startsWith(key))
        .findFirst()
        .map(line -> Long.parseLong(line.substring(key.length()).replace("kB", "").strip()))
        .orElse(-1L);
  }
}
