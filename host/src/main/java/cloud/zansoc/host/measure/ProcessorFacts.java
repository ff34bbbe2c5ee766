package cloud.zansoc.host.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What /proc/cpuinfo says of a processor.
 *
 * @param model as the maker names it; empty where the text does not tell
 * @param features instruction sets that matter to encryption, hashing, erasure code and virtual
 *     machines, in the order of the text
 */
public record ProcessorFacts(String model, List<String> features) {
  private static final Set<String> FEATURES_OF_INTEREST =
      Set.of(
          // x86-64
          "ssse3",
          "sse4_2",
          "aes",
          "pclmulqdq",
          "avx",
          "avx2",
          "bmi2",
          "avx512f",
          "avx512bw",
          "avx512vbmi",
          "gfni",
          "vaes",
          "vpclmulqdq",
          "sha_ni",
          "sha512",
          "vmx",
          "svm",
          // arm64; aes and sha512 are called the same
          "asimd",
          "pmull",
          "sha1",
          "sha2",
          "sha3",
          "crc32",
          "atomics",
          "sve",
          "sve2");

  private static final Map<String, String> ARM_IMPLEMENTERS =
      Map.of(
          "0x41", "ARM",
          "0x42", "Broadcom",
          "0x43", "Cavium",
          "0x46", "Fujitsu",
          "0x48", "HiSilicon",
          "0x51", "Qualcomm",
          "0x61", "Apple",
          "0xc0", "Ampere");

  private static final Map<String, String> ARM_PARTS =
      Map.ofEntries(
          Map.entry("0xd03", "Cortex-A53"),
          Map.entry("0xd04", "Cortex-A35"),
          Map.entry("0xd05", "Cortex-A55"),
          Map.entry("0xd07", "Cortex-A57"),
          Map.entry("0xd08", "Cortex-A72"),
          Map.entry("0xd09", "Cortex-A73"),
          Map.entry("0xd0a", "Cortex-A75"),
          Map.entry("0xd0b", "Cortex-A76"),
          Map.entry("0xd0c", "Neoverse-N1"),
          Map.entry("0xd0d", "Cortex-A77"),
          Map.entry("0xd40", "Neoverse-V1"),
          Map.entry("0xd41", "Cortex-A78"),
          Map.entry("0xd44", "Cortex-X1"),
          Map.entry("0xd49", "Neoverse-N2"),
          Map.entry("0xd4f", "Neoverse-V2"),
          Map.entry("0xd8e", "Neoverse-N3"),
          Map.entry("0xd84", "Neoverse-V3"));

  public ProcessorFacts {
    features = List.copyOf(features);
  }

  /** Parses the text of /proc/cpuinfo, of x86-64 or arm64; the first processor speaks for all. */
  public static ProcessorFacts parse(String cpuinfo) {
    List<String> lines = cpuinfo.lines().toList();
    String model = value(lines, "model name");
    if (model.isEmpty()) {
      model = armModel(lines);
    }
    String flags = value(lines, "flags");
    if (flags.isEmpty()) {
      flags = value(lines, "Features");
    }
    List<String> features =
        Arrays.stream(flags.split(" ")).filter(FEATURES_OF_INTEREST::contains).distinct().toList();
    return new ProcessorFacts(model.replaceAll("\\s+", " ").strip(), features);
  }

  private static String armModel(List<String> lines) {
    String implementer = value(lines, "CPU implementer");
    String part = value(lines, "CPU part");
    if (implementer.isEmpty() || part.isEmpty()) {
      return "";
    }
    String maker = ARM_IMPLEMENTERS.getOrDefault(implementer, "implementer " + implementer);
    boolean known = implementer.equals("0x41") && ARM_PARTS.containsKey(part);
    String core = maker + " " + (known ? ARM_PARTS.get(part) : "part " + part);
    String board = value(lines, "Model");
    return board.isEmpty() ? core : core + " (" + board + ")";
  }

  /** The first value of {@code key}; empty where there is none. */
  private static String value(List<String> lines, String key) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }
}
