package cloud.zansoc.cli.local;

import java.util.List;
import java.util.stream.Stream;

/** How the JVM of each long-running program is started, so that its memory stays in its bounds. */
final class JavaFlags {
  private static final List<String> COMMON =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xss512k");

  /** The hub: at most 256 MiB of memory when idle. */
  static final List<String> HUB = with("-Xmx160m", "-XX:MaxDirectMemorySize=64m");

  /** The agent: at most 120 MiB of memory when idle. */
  static final List<String> HOST = with("-Xmx64m", "-XX:MaxDirectMemorySize=64m");

  private JavaFlags() {}

  private static List<String> with(String... flags) {
    return Stream.concat(COMMON.stream(), Stream.of(flags)).toList();
  }
}
