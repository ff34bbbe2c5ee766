package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.engine.GrantedCapabilities;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the container of an instance is bounded. The engine's default seccomp profile stays on, no
 * process can gain privileges by running a program, and of root's capabilities {@link
 * GrantedCapabilities} are left. /tmp is part of the root file system, so that its size counts as
 * disk and not as memory, and copying reaches it.
 *
 * @param network the bridge that is ours
 * @param runtime empty: the engine's own
 */
record ContainerSettings(String network, String runtime, EngineFacts facts) {
  /**
   * Processes and threads of one instance: enough for a JVM with a pool, too few to fill a host.
   */
  static final long PROCESSES = 2048;

  /**
   * Processes of one user, counted over all instances: far above what {@link #PROCESSES} lets one
   * have. It is there since Podman else asks for more than may be had.
   */
  static final long PROCESSES_OF_USER = 32_768;

  /** Open files of one process. */
  static final long OPEN_FILES = 65_536;

  private static final Capability[] CAPABILITIES =
      GrantedCapabilities.NAMES.stream().map(Capability::valueOf).toArray(Capability[]::new);
  private static final Map<String, String> LOG_BOUNDS = Map.of("max-size", "8m", "max-file", "2");

  /** Of a vCPU; engines refuse less. */
  private static final int LEAST_MILLI_VCPUS = 10;

  /**
   * Of a new container.
   *
   * @param cards ids of the graphics cards it gets
   */
  HostConfig of(InstanceSpec spec, Map<String, Path> volumes, List<String> cards) {
    HostConfig settings =
        HostConfig.newHostConfig()
            .withCapDrop(Capability.ALL)
            .withCapAdd(CAPABILITIES)
            .withSecurityOpts(List.of("no-new-privileges"))
            .withPidsLimit(PROCESSES)
            .withUlimits(ulimits())
            .withInit(facts.hasInit())
            .withNetworkMode(network)
            .withRestartPolicy(RestartPolicy.noRestart())
            .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, LOG_BOUNDS))
            .withNanoCPUs(nanoCpus(spec.size()))
            .withMemory(spec.size().memory().bytes())
            .withMemorySwap(spec.size().memory().bytes())
            .withBinds(binds(spec, volumes));
    if (!runtime.isEmpty()) {
      settings.withRuntime(runtime);
    }
    if (facts.limitsDisk() && spec.size().disk().bytes() > 0) {
      settings.withStorageOpt(Map.of("size", Long.toString(spec.size().disk().bytes())));
    }
    if (!cards.isEmpty()) {
      settings.withDeviceRequests(List.of(cards(cards)));
    }
    return settings;
  }

  private List<Ulimit> ulimits() {
    return facts.hardLimits().entrySet().stream()
        .map(limit -> new Ulimit(limit.getKey(), limit.getValue(), limit.getValue()))
        .toList();
  }

  static long nanoCpus(InstanceSize size) {
    return Math.max(size.milliVcpus(), LEAST_MILLI_VCPUS) * 1_000_000L;
  }

  /** As {@code docker run --gpus device=…} asks for them. */
  static DeviceRequest cards(List<String> cards) {
    return new DeviceRequest()
        .withDriver("nvidia")
        .withDeviceIds(List.copyOf(cards))
        .withCapabilities(List.of(List.of("gpu", "compute", "utility")));
  }

  private static List<Bind> binds(InstanceSpec spec, Map<String, Path> volumes) {
    List<Bind> binds = new ArrayList<>();
    for (InstanceSpec.Volume volume : spec.volumes()) {
      Path folder = volumes.get(volume.id());
      if (folder == null) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "%s needs volume %s, for which no folder was given".formatted(spec, volume.id()));
      }
      binds.add(
          new Bind(
              folder.toAbsolutePath().toString(),
              new Volume(volume.mount().path()),
              AccessMode.rw));
    }
    return binds;
  }
}
