package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The images of a cluster's nodes. Only the nodes themselves can pull: a pod of the image, whose
 * command is a device that no image can replace and nobody can run, makes one of them do it.
 */
final class Images {
  private static final Set<String> REFUSED =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "RegistryUnavailable");
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int NAME_LENGTH = 24;

  private final KubernetesClient client;
  private final PeerId owner;

  /** What was pulled: a node names fifty of its images only. */
  private final Set<String> pulled = ConcurrentHashMap.newKeySet();

  Images(KubernetesClient client, PeerId owner) {
    this.client = client;
    this.owner = owner;
  }

  /** With registry, folder and tag, as Docker reads names. */
  static String fullName(String image) {
    String name = image.contains("/") ? image : "library/" + image;
    String first = name.substring(0, name.indexOf('/'));
    if (!first.contains(".") && !first.contains(":") && !first.equals("localhost")) {
      name = "docker.io/" + name;
    }
    boolean tagged = name.indexOf(':', name.lastIndexOf('/')) > 0 || name.contains("@");
    return tagged ? name : name + ":latest";
  }

  boolean has(String image) {
    return pulled.contains(fullName(image)) || Cluster.ask(client).hasImage(image);
  }

  void pull(String image, Consumer<String> progress) {
    String namespace = "zansoc-images-" + owner.shortText();
    String name =
        "pull-"
            + Digest.sha256(image.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, NAME_LENGTH);
    client
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .withLabels(Map.of(Labels.HOST, owner.toString()))
                .addToLabels("pod-security.kubernetes.io/enforce", "baseline")
                .endMetadata()
                .build())
        .createOr(NonDeletingOperation::patch);
    progress.accept("a node pulls " + image);
    try {
      Pods.create(client, namespace, pod(name, image), "pulling image " + image);
      Pods.await(
          client,
          namespace,
          name,
          PATIENCE,
          found -> isPulled(image, found),
          "pulling image " + image);
    } finally {
      client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
    }
    pulled.add(fullName(image));
    progress.accept("pulled " + image);
  }

  private static Pod pod(String name, String image) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .addNewContainer()
        .withName(PodSettings.CONTAINER)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand("/dev/null")
        .withSecurityContext(PodSettings.security())
        .endContainer()
        .endSpec()
        .build();
  }

  /** Whether a container waits for want of its image. */
  static boolean isRefused(String reason) {
    return REFUSED.contains(reason);
  }

  private static boolean isPulled(String image, Pod pod) {
    Optional<ContainerState> state = PodState.container(pod);
    Optional<ContainerStateWaiting> waiting = state.map(ContainerState::getWaiting);
    if (waiting.filter(x -> isRefused(String.valueOf(x.getReason()))).isPresent()) {
      if ("InvalidImageName".equals(waiting.get().getReason())) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, image + " is no name of an image: REGISTRY/NAME:TAG");
      }
      throw KubernetesFailures.ofPull(image, String.valueOf(waiting.get().getMessage()));
    }
    // Whatever comes of the command, the image is there.
    return state.map(ContainerState::getTerminated).isPresent()
        || state.map(ContainerState::getRunning).isPresent()
        || waiting
            .filter(x -> String.valueOf(x.getReason()).matches("CreateContainer.*|RunContainer.*"))
            .isPresent();
  }
}
