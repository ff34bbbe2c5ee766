package cloud.zansoc.host;

import java.nio.file.Path;

/** Where the parts of a host lie in its data folder. */
public record HostFolder(Path path) {
  /** A folder by its absolute path. */
  public HostFolder {
    path = path.toAbsolutePath().normalize();
  }

  /** {@code /var/lib/zansoc-host} for root, else {@code ~/.zansoc-host}. */
  public static HostFolder ofUser() {
    return System.getProperty("user.name", "").equals("root")
        ? new HostFolder(Path.of("/var/lib/zansoc-host"))
        : new HostFolder(Path.of(System.getProperty("user.home", "."), ".zansoc-host"));
  }

  /** The host's keys. */
  public Path identity() {
    return path.resolve("identity.pem");
  }

  /** What the owner decided. */
  public Path configuration() {
    return path.resolve("host.properties");
  }

  /** What the agent says of itself, see {@link AgentStatus}. */
  public Path status() {
    return path.resolve("status.json");
  }

  /** The block store's folder. */
  public Path blocks() {
    return path.resolve("blocks");
  }

  /** The folder of receipts and of permits in use. */
  public Path receipts() {
    return path.resolve("receipts");
  }

  /** The folder of the instances that are ordered here. */
  public Path instances() {
    return path.resolve("instances");
  }

  /** The folder of the offers that the host has signed and that may still be taken. */
  public Path offers() {
    return path.resolve("offers");
  }

  /** The disk images and mounts of volumes. */
  public Path volumes() {
    return path.resolve("volumes");
  }

  /** The images of instances that come from storage. */
  public Path images() {
    return path.resolve("images");
  }

  /** The folder of the instances that are in private networks. */
  public Path networks() {
    return path.resolve("networks");
  }

  /** Held by the agent that runs here. */
  public Path lock() {
    return path.resolve("agent.lock");
  }
}
