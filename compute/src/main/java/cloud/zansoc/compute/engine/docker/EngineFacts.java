package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.compute.engine.EngineInventory.Feature;
import cloud.zansoc.compute.engine.GraphicsCard;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.RuntimeInfo;
import com.github.dockerjava.api.model.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine is and can do, asked once.
 *
 * @param name docker or podman
 * @param isLocal whether its processes are this machine's
 * @param hasInit whether it can give containers an init process, which collects orphans
 * @param limitsDisk whether it enforces the size of a root file system
 * @param hardLimits of a process in a container, by their names as ulimits
 */
record EngineFacts(
    String name,
    String version,
    boolean isLocal,
    boolean hasInit,
    boolean limitsDisk,
    Map<String, Long> hardLimits) {
  private static final Logger LOG = LoggerFactory.getLogger(EngineFacts.class);

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String PROBE = "zansoc/probe:" + ProcessHandle.current().pid();
  private static final String MEBIBYTES_64 = Integer.toString(64 << 20);

  static EngineFacts ask(DockerClient client, EngineHttp http, URI address) {
    Version version = client.versionCmd().exec();
    Info info = client.infoCmd().exec();
    boolean podman = isPodman(version);
    boolean local = "unix".equals(address.getScheme()) && Files.exists(LIMITS);
    return new EngineFacts(
        podman ? "podman" : "docker",
        String.valueOf(version.getVersion()),
        local,
        hasInit(info, podman),
        limitsDisk(client, http)
            && (!local
                || BtrfsQuota.keepCounting(Path.of(String.valueOf(info.getDockerRootDir())))),
        hardLimits(local));
  }

  /**
   * The hard limits of a process. Where this host is itself a container, an engine cannot give more
   * than surrounds it, and Podman would try.
   */
  private static Map<String, Long> hardLimits(boolean local) {
    Map<String, Long> limits = new TreeMap<>();
    limits.put("nofile", ContainerSettings.OPEN_FILES);
    limits.put("nproc", ContainerSettings.PROCESSES_OF_USER);
    if (local) {
      ownLimit("Max open files").ifPresent(own -> limits.merge("nofile", own, Math::min));
      ownLimit("Max processes").ifPresent(own -> limits.merge("nproc", own, Math::min));
    }
    return limits;
  }

  /** This program's hard limit, by its name in /proc/self/limits; none where it has no end. */
  private static OptionalLong ownLimit(String name) {
    try (Stream<String> lines = Files.lines(LIMITS)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).strip().split("\\s+", -1)[1])
          .filter(hard -> hard.matches("[0-9]{1,12}"))
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isPodman() {
    return name.equals("podman");
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
  private static boolean limitsDisk(DockerClient client, EngineHttp http) {
    http.post("/images/create?fromSrc=-&repo=" + PROBE, "application/x-tar", nearlyNothing());
    try {
      String container =
          client
              .createContainerCmd(PROBE)
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
      client.removeImageCmd(PROBE).withForce(true).exec();
    }
  }

  /** An archive of one empty folder: engines make no image of nothing. */
  private static byte[] nearlyNothing() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.putArchiveEntry(new TarArchiveEntry("probe/"));
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  EngineInventory inventory(DockerClient client, List<GraphicsCard> cards) {
    Info info = DockerFailures.translate("asking the engine", () -> client.infoCmd().exec());
    return new EngineInventory(
        name,
        version,
        Objects.requireNonNull(info.getNCPU(), "an engine says how many processors it has") * 1000,
        new ByteSize(Objects.requireNonNull(info.getMemTotal(), "and how much memory")),
        disk(info),
        cards.stream().map(card -> card.gpu().name()).toList(),
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
    Set<Feature> features = EnumSet.of(Feature.PAUSE, Feature.IMAGE_ARCHIVES);
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
