package cloud.zansoc.host;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.kubernetes.KubernetesEngine;
import cloud.zansoc.compute.engine.kubernetes.KubernetesSettings;
import cloud.zansoc.compute.host.InstanceKeeper;
import cloud.zansoc.compute.host.RegistryImages;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What runs instances of a host that is a Kubernetes cluster. Not loaded where it is none. */
final class Clusters {
  private static final List<String> MISSING =
      List.of(
          "no volumes: instances in a cluster run on other machines",
          "no private networks: instances in a cluster run on other machines",
          "no images from storage: nodes of a cluster take them from registries");

  private Clusters() {}

  static Computing.Parts open(PeerId owner, URI address) {
    Engine engine =
        LateEngine.of(() -> {
          KubernetesEngine cluster = connect(owner, address);
          try {
            cluster.requireIsolation(); // Without it, nothing is run.
            return cluster;
          } catch (RuntimeException e) {
            cluster.close();
            throw e;
          }
        });
    return new Computing.Parts(
        engine, new RegistryImages(engine), Optional.empty(), Optional.empty(), MISSING, List.of());
  }

  private static KubernetesEngine connect(PeerId owner, URI address) {
    return KubernetesEngine.connect(
        KubernetesSettings.of(owner, address.toString(), InstantSource.system()));
  }

  static ComputingCheck.Findings check(PeerId owner, URI address) {
    try (KubernetesEngine engine = connect(owner, address)) {
      engine.requireIsolation();
      return new ComputingCheck.Findings.Possible(engine.inventory(), MISSING);
    } catch (ZansocException e) {
      return new ComputingCheck.Findings.Impossible(String.valueOf(e.getMessage()));
    }
  }

  static int removeAll(PeerId owner, URI address) {
    try (KubernetesEngine engine = connect(owner, address)) {
      int removed = InstanceKeeper.removeAll(engine, Optional.empty());
      engine.removeNamespaces();
      return removed;
    }
  }

  static void stopAll(PeerId owner, URI address, Duration grace) {
    try (KubernetesEngine engine = connect(owner, address)) {
      engine.instances().stream()
          .map(EngineInstance::id)
          .forEach(instance -> engine.stop(instance, grace));
    }
  }
}
