package cloud.zansoc.cli.local;

import cloud.zansoc.host.LaunchCommand;
import java.util.List;

/** How the JVM of each long-running program is started, so that its memory stays in its bounds. */
final class JavaFlags {
  /** The hub: at most 256 MiB of memory when idle. */
  static final List<String> HUB =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xss512k",
          "-Xmx160m",
          "-XX:MaxDirectMemorySize=64m");

  /** The agent: at most 120 MiB of memory when idle. */
  static final List<String> HOST = LaunchCommand.jvmFlags();

  private JavaFlags() {}
}
