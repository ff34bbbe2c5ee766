package cloud.zansoc.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.GraphicsCard;
import cloud.zansoc.compute.engine.GraphicsCards;
import cloud.zansoc.compute.engine.docker.DockerEngine;
import cloud.zansoc.compute.engine.docker.DockerSettings;
import cloud.zansoc.compute.engine.docker.HostFirewall;
import cloud.zansoc.compute.engine.kubernetes.KubernetesSettings;
import cloud.zansoc.compute.host.InstanceKeeper;
import cloud.zansoc.compute.host.NebulaNetwork;
import cloud.zansoc.compute.host.NetworkKeeper;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.images.HostImages;
import cloud.zansoc.host.images.ObjectImageStorage;
import cloud.zansoc.host.volumes.HostVolumes;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs instances on real hosts: Docker or Podman, Nebula, and volumes on loop devices; or a
 * cluster.
 */
public final class Engines {
  /** Whose instances are asked for where it is about the engine alone. */
  public static final PeerId NOBODY = new PeerId(Digest.sha256(new byte[0]));

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private static final Duration STOP_GRACE = Duration.ofSeconds(2);

  private Engines() {}

  static Computing.Parts open(Computing.Place place, Compute configuration) {
    if (isCluster(configuration.engine())) {
      return Clusters.open(place.identity().id(), configuration.engine());
    }
    InstanceFirewall firewall = new InstanceFirewall();
    Engine engine =
        LateEngine.of(() -> {
          DockerEngine docker = connect(place.folder(), configuration);
          try {
            firewall.protect(docker); // Without it, nothing is run.
            return docker;
          } catch (RuntimeException e) {
            docker.close();
            throw e;
          }
        });
    Hub hub = place.configuration().hub();
    VolumeApi api =
        new VolumeApi(
            () -> new ApiClient(place.identity(), hub.id(), hub.api(), ApiClient.Patience.LONG));
    List<String> missing = missing();
    missing.forEach(LOG::info);
    HostImages images = images(place, configuration, engine, api);
    return new Computing.Parts(
        engine,
        images,
        volumes(place, api),
        networks(place.folder(), firewall),
        missing,
        List.of(images, api));
  }

  private static HostImages images(
      Computing.Place place, Compute configuration, Engine engine, VolumeApi api) {
    Hub hub = place.configuration().hub();
    Path folder = place.folder().images();
    return new HostImages(
        folder,
        engine,
        new ObjectImageStorage(
            api::client,
            place.dialer(),
            new BlockDialer.Relay(hub.id(), hub.peer()),
            folder.resolve("uploads")),
        new HostImages.Bounds(configuration.images(), place.configuration().offer().reserve()),
        InstantSource.system());
  }

  /** Whether this machine can run instances by the engine at {@code address}, or the one found. */
  public static ComputingCheck.Findings check(PeerId owner, URI address) {
    if (isCluster(address)) {
      return Clusters.check(owner, address);
    }
    List<String> missing = missing();
    List<GraphicsCard> cards = GraphicsCards.find(missing);
    try (DockerEngine engine = connect(owner, address, cards)) {
      InstanceFirewall.requirePossible();
      return new ComputingCheck.Findings.Possible(engine.inventory(), missing);
    } catch (ZansocException e) {
      return new ComputingCheck.Findings.Impossible(String.valueOf(e.getMessage()));
    }
  }

  /** What instances of this machine cannot have, and why. */
  private static List<String> missing() {
    List<String> missing = new ArrayList<>();
    HostVolumes.obstacle().ifPresent(why -> missing.add("no volumes: " + why));
    NebulaNetwork.obstacle().ifPresent(why -> missing.add("no private networks: " + why));
    return missing;
  }

  private static DockerEngine connect(HostFolder folder, Compute configuration) {
    List<String> notes = new ArrayList<>();
    List<GraphicsCard> cards =
        configuration.capacity().gpus() == 0 ? List.of() : GraphicsCards.find(notes);
    notes.forEach(LOG::warn);
    return connect(owner(folder), configuration.engine(), cards);
  }

  private static DockerEngine connect(PeerId owner, URI engine, List<GraphicsCard> cards) {
    Optional<String> address =
        Optional.of(engine.toString()).filter(text -> !text.equals(Compute.FOUND_ENGINE));
    return DockerEngine.connect(
        new DockerSettings(owner, address, Optional.empty(), cards, Optional.empty()));
  }

  private static Optional<HostVolumes> volumes(Computing.Place place, VolumeApi api) {
    if (HostVolumes.obstacle().isPresent()) {
      return Optional.empty();
    }
    Hub hub = place.configuration().hub();
    return Optional.of(
        HostVolumes.open(
            place.folder().volumes(),
            place.configuration().offer().reserve(),
            new HostVolumes.Access(
                api::client, place.dialer(), new BlockDialer.Relay(hub.id(), hub.peer()))));
  }

  private static Optional<NetworkKeeper> networks(HostFolder folder, InstanceFirewall firewall) {
    if (NebulaNetwork.obstacle().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(new NebulaNetwork(folder.networks(), firewall::exempt));
  }

  /**
   * Takes all that is a host's off its machine, but for its data folder: the host leaves, and no
   * agent runs in the folder any more.
   *
   * @return how many instances there were
   */
  public static int removeAll(HostFolder folder, Compute configuration) {
    if (isCluster(configuration.engine())) {
      return Clusters.removeAll(owner(folder), configuration.engine());
    }
    try (DockerEngine engine = connect(folder, configuration)) {
      Optional<NetworkKeeper> networks = networks(folder, new InstanceFirewall());
      int removed = InstanceKeeper.removeAll(engine, networks);
      networks.ifPresent(NetworkKeeper::close);
      HostImages.removeAll(folder.images(), engine);
      engine.removeNetwork();
      HostFirewall.of(engine.bridge()).remove();
      HostVolumes.removeAll(folder.volumes());
      return removed;
    }
  }

  /**
   * Stops all that runs of a host whose agent has stopped. Instances and volumes stay where they
   * are, for an agent that is started again; an engine that does not answer has none running.
   */
  public static void stopAll(HostFolder folder, Compute configuration) {
    if (isCluster(configuration.engine())) {
      Clusters.stopAll(owner(folder), configuration.engine(), STOP_GRACE);
      return;
    }
    try (DockerEngine engine = connect(folder, configuration)) {
      engine.instances().forEach(instance -> engine.stop(instance.id(), STOP_GRACE));
    } catch (ZansocException e) {
      LOG.info("no instance of {} is stopped: {}", folder.path(), e.getMessage());
    }
    // It ends what belongs to instances that have ended.
    networks(folder, new InstanceFirewall()).ifPresent(NetworkKeeper::close);
    HostFirewall.ofHost(owner(folder)).remove();
    HostVolumes.unmountAll(folder.volumes());
  }

  /** Ends all processes of a host's instances at once, as when its machine loses its power. */
  public static void killAll(HostFolder folder, Compute configuration) {
    try (DockerEngine engine = connect(folder, configuration)) {
      engine.instances().stream()
          .flatMap(instance -> instance.process().stream())
          .flatMap(process -> ProcessHandle.of(process).stream())
          .forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** A question that loads nothing of a cluster's client. */
  private static boolean isCluster(URI engine) {
    return KubernetesSettings.isMeant(engine.toString());
  }

  private static PeerId owner(HostFolder folder) {
    return Identity.loadOrCreate(folder.identity()).id();
  }
}
