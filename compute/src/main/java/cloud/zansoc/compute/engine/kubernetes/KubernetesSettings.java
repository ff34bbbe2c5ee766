package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.PeerId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What an agent wants of its Kubernetes cluster.
 *
 * @param owner the host: several may share one cluster, and each sees only its own instances
 * @param kubeconfig none: found as kubectl finds it (KUBECONFIG, ~/.kube/config, a pod's account)
 * @param context of the kubeconfig; none: its current one
 */
public record KubernetesSettings(
    PeerId owner, Optional<Path> kubeconfig, Optional<String> context, InstantSource clock) {
  private static final String SCHEME = "kubernetes";

  /** Whether a host's engine, as its owner has written it, is a cluster. */
  public static boolean isMeant(String engine) {
    return engine.equals(SCHEME) || engine.startsWith(SCHEME + ":");
  }

  /**
   * Of an engine as {@code kubernetes}, {@code kubernetes:CONTEXT}, {@code kubernetes:/KUBECONFIG}
   * or {@code kubernetes:/KUBECONFIG#CONTEXT}.
   */
  public static KubernetesSettings of(PeerId owner, String engine, InstantSource clock) {
    String place = engine.substring(Math.min(engine.length(), SCHEME.length() + 1));
    if (!place.startsWith("/")) {
      return new KubernetesSettings(owner, Optional.empty(), named(place), clock);
    }
    int end = place.indexOf('#');
    return end < 0
        ? new KubernetesSettings(owner, Optional.of(Path.of(place)), Optional.empty(), clock)
        : new KubernetesSettings(
            owner,
            Optional.of(Path.of(place.substring(0, end))),
            named(place.substring(end + 1)),
            clock);
  }

  private static Optional<String> named(String context) {
    return Optional.of(context).filter(text -> !text.isEmpty());
  }
}
