package cloud.zansoc.host.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the system says about itself.
 *
 * @param vcpus threads this process may run at once (a container's limit counts)
 * @param memoryBytes physical memory (a container's limit counts)
 * @param missing what could not be found out, in sentences for people
 */
public record SystemFacts(
    String os,
    String kernel,
    String architecture,
    int vcpus,
    long memoryBytes,
    ProcessorFacts processor,
    List<String> missing) {
  public SystemFacts {
    missing = List.copyOf(missing);
  }

  /** Asks the system that this JVM runs on. */
  public static SystemFacts read() {
    return read(Path.of("/"), System.getProperty("os.name", ""));
  }

  /** As {@link #read()}, with /proc and /etc below {@code root}. */
  static SystemFacts read(Path root, String osName) {
    List<String> missing = new ArrayList<>();
    boolean linux = osName.equals("Linux");
    String os = linux ? linuxName(root, missing) : osName;
    ProcessorFacts processor = new ProcessorFacts("", List.of());
    if (linux) {
      processor = linuxProcessor(root, missing);
    } else {
      missing.add(
          "the processor's model and instruction sets: read on Linux only, not on " + osName);
    }
    String model = processor.model().isEmpty() ? "unknown" : processor.model();
    return new SystemFacts(
        os,
        System.getProperty("os.version", "unknown"),
        architecture(System.getProperty("os.arch", "unknown")),
        Runtime.getRuntime().availableProcessors(),
        physicalMemory(),
        new ProcessorFacts(model, processor.features()),
        missing);
  }

  /** One name for each architecture, whatever the JDK of the system calls it. */
  static String architecture(String osArch) {
    return switch (osArch) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> osArch;
    };
  }

  private static String linuxName(Path root, List<String> missing) {
    for (String file : List.of("etc/os-release", "usr/lib/os-release")) {
      try {
        return OsRelease.prettyName(Files.readString(root.resolve(file)));
      } catch (IOException e) {
        // The next file of os-release(5), then the plain name.
      }
    }
    missing.add("the distribution's name: there is no /etc/os-release");
    return "Linux";
  }

  private static ProcessorFacts linuxProcessor(Path root, List<String> missing) {
    try {
      return ProcessorFacts.parse(Files.readString(root.resolve("proc/cpuinfo")));
    } catch (IOException e) {
      missing.add("the processor's model and instruction sets: /proc/cpuinfo cannot be read");
      return new ProcessorFacts("", List.of());
    }
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }
}
