package cloud.zansoc.compute.engine;

import cloud.zansoc.base.ByteSize;
import java.util.List;
import java.util.Set;

/**
 * What an engine has and can do.
 *
 * @param name docker, podman or kubernetes
 * @param milliVcpus thousandths of a thread, all in all
 * @param gpus one for each card that instances can get
 * @param runtimes that give more isolation than the usual one, such as runsc; may be empty
 */
public record EngineInventory(
    String name,
    String version,
    int milliVcpus,
    ByteSize memory,
    ByteSize disk,
    List<String> gpus,
    List<String> runtimes,
    Set<Feature> features) {
  public EngineInventory {
    gpus = List.copyOf(gpus);
    runtimes = List.copyOf(runtimes);
    features = Set.copyOf(features);
  }

  /** What not every engine can do. */
  public enum Feature {
    /** Instances run on this machine, and their namespaces can be entered. */
    LOCAL_PROCESSES,
    /** The size of a root file system is enforced. */
    DISK_LIMIT,
    /** Processes can be frozen. */
    PAUSE,
    /** Root inside is nobody outside. */
    USER_NAMESPACES,
    /** Images can be loaded from archives, and saved as such. */
    IMAGE_ARCHIVES
  }
}
