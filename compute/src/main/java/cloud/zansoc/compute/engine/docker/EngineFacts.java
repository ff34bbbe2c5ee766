package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.compute.engine.EngineInventory.Feature;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.RuntimeInfo;
import com.github.dockerjava.api.model.Version;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine is and can do, asked once.
 *
 * @param name docker or podman
 * @param isLocal whether its processes are this machine's
 * @param hasInit whether it can give containers an init process, which collects orphans
 * @param limitsDisk whether it enforces the size of a root file system
 */
record EngineFacts(
    String name, String version, boolean isLocal, boolean hasInit, boolean limitsDisk) {
  private static final Logger LOG = LoggerFactory.getLogger(EngineFacts.class);

  /** Two blocks of zeros: a tar archive of nothing. */
  private static final byte[] EMPTY_TAR = new byte[1024];

  private static final String MEBIBYTES_64 = Integer.toString(64 << 20);

  static EngineFacts ask(DockerClient client, URI address) {
    Version version = client.versionCmd().exec();
    Info info = client.infoCmd().exec();
    boolean podman = isPodman(version);
    return new EngineFacts(
        podman ? "podman" : "docker",
        String.valueOf(version.getVersion()),
        "unix".equals(address.getScheme()) && Files.isDirectory(Path.of("/proc/self")),
        hasInit(info, podman),
        limitsDisk(client));
  }

  private static boolean isPodman(Version version) {
    return version.getComponents() != null
        && version.getComponents().stream()
            .anyMatch(component -> String.valueOf(component.getName()).startsWith("Podman"));
  }

  private static boolean hasInit(Info info, boolean podman) {
    if (podman) {
      return Files.isExecutable(Path.of("/usr/libexec/podman/catatonit"))
          || Files.isExecutable(Path.of("/usr/bin/catatonit"));
    }
    return !(info.getRawValues().get("InitCommit") instanceof Map<?, ?> commit)
        || !"N/A".equals(commit.get("ID"));
  }

  /**
   * Some storage drivers enforce sizes only on some file systems with some mount options: a
   * container that is never started tells.
   */
  private static boolean limitsDisk(DockerClient client) {
    String image =
        client.createImageCmd("zansoc/probe", new ByteArrayInputStream(EMPTY_TAR)).exec().getId();
    try {
      String container =
          client
              .createContainerCmd(image)
              .withCmd("none")
              .withHostConfig(
                  HostConfig.newHostConfig().withStorageOpt(Map.of("size", MEBIBYTES_64)))
              .exec()
              .getId();
      client.removeContainerCmd(container).withForce(true).exec();
      return true;
    } catch (DockerException e) {
      LOG.info("no sizes of root file systems here: {}", DockerFailures.message(e));
      return false;
    } finally {
      client.removeImageCmd(image).withForce(true).exec();
    }
  }

  EngineInventory inventory(DockerClient client, List<DockerSettings.GraphicsCard> cards) {
    Info info = DockerFailures.translate("asking the engine", () -> client.infoCmd().exec());
    return new EngineInventory(
        name,
        version,
        info.getNCPU() * 1000,
        new ByteSize(info.getMemTotal()),
        disk(info),
        cards.stream().map(DockerSettings.GraphicsCard::name).toList(),
        strongRuntimes(info.getRuntimes()),
        features(info));
  }

  /** What is free where its images and root file systems are. */
  private ByteSize disk(Info info) {
    try {
      return new ByteSize(
          isLocal
              ? Files.getFileStore(Path.of(String.valueOf(info.getDockerRootDir())))
                  .getUsableSpace()
              : 0);
    } catch (IOException e) {
      LOG.info("the disk of the engine cannot be measured: {}", e.toString());
      return new ByteSize(0);
    }
  }

  /** Podman names every runtime that it has heard of, so that their programs are looked for. */
  private List<String> strongRuntimes(Map<String, RuntimeInfo> runtimes) {
    return runtimes.entrySet().stream()
        .filter(runtime -> runtime.getKey().matches("runsc.*|kata.*"))
        .filter(runtime -> !isLocal || isInstalled(String.valueOf(runtime.getValue().getPath())))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static boolean isInstalled(String program) {
    return !program.startsWith("/") || Files.isExecutable(Path.of(program));
  }

  private Set<Feature> features(Info info) {
    Set<Feature> features = EnumSet.of(Feature.PAUSE);
    if (isLocal) {
      features.add(Feature.LOCAL_PROCESSES);
    }
    if (limitsDisk) {
      features.add(Feature.DISK_LIMIT);
    }
    List<String> security =
        info.getSecurityOptions() == null ? List.of() : info.getSecurityOptions();
    if (security.stream().anyMatch(x -> x.contains("name=userns") || x.contains("name=rootless"))) {
      features.add(Feature.USER_NAMESPACES);
    }
    return features;
  }
}
