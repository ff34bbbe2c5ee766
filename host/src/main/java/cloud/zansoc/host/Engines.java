package cloud.zansoc.host;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.docker.DockerEngine;
import cloud.zansoc.compute.engine.docker.DockerSettings;
import cloud.zansoc.compute.engine.docker.HostFirewall;
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
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs instances on real hosts: Docker or Podman, Nebula, and volumes on loop devices. */
public final class Engines {
  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private Engines() {}

  static Computing.Parts open(Computing.Place place, Compute configuration) {
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
    List<String> missing = new ArrayList<>();
    HostVolumes.obstacle().ifPresent(why -> missing.add("no volumes: " + why));
    NebulaNetwork.obstacle().ifPresent(why -> missing.add("no private networks: " + why));
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

  private static DockerEngine connect(HostFolder folder, Compute configuration) {
    PeerId owner = Identity.loadOrCreate(folder.identity()).id();
    Optional<String> address =
        Optional.of(configuration.engine().toString())
            .filter(text -> !text.equals(Compute.FOUND_ENGINE));
    return DockerEngine.connect(DockerSettings.of(owner, address));
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
}
