package cloud.zansoc.cli.local;

import cloud.zansoc.host.LaunchCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the JVMs of a local cloud are started: with the flags that keep each in its memory, and with
 * the AOT caches that the launcher's build has made or is about to make.
 *
 * @param caches the folder of the caches {@code hub.aot} and {@code agent.aot}, if there is one
 * @param recording whether the hub and the first host record their caches
 */
public record JavaFlags(Optional<Path> caches, boolean recording) {
  /** Without caches. */
  public static final JavaFlags NONE = new JavaFlags(Optional.empty(), false);

  private static final String CACHES_VARIABLE = "ZANSOC_CACHES";

  /** What the launcher says in the environment variable ZANSOC_CACHES. */
  public static JavaFlags ofEnvironment() {
    return new JavaFlags(Optional.ofNullable(System.getenv(CACHES_VARIABLE)).map(Path::of), false);
  }

  List<String> hub() {
    List<String> flags = LaunchCommand.jvmFlags(JavaFlags.class, "hub.jvm");
    return withCache(flags, "hub.aot", recording);
  }

  /** Those of the process that measures a machine: an agent's, but with both compilers. */
  public List<String> measuring() {
    List<String> flags = new ArrayList<>(LaunchCommand.jvmFlags());
    flags.add("-XX:TieredStopAtLevel=4");
    return withCache(flags, "agent.aot", false);
  }

  /** Those of host {@code number}, from 1. */
  List<String> host(int number) {
    return withCache(LaunchCommand.jvmFlags(), "agent.aot", recording && number == 1);
  }

  private List<String> withCache(List<String> flags, String name, boolean record) {
    List<String> all = new ArrayList<>(flags);
    caches
        .map(folder -> folder.resolve(name))
        .ifPresent(cache -> {
          if (record) {
            all.add("-XX:AOTCacheOutput=" + cache);
          } else if (Files.exists(cache)) {
            all.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
          }
        });
    return all;
  }
}
