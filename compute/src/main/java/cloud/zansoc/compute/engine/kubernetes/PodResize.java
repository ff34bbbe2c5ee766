package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Gives running pods other limits, where the cluster can: Kubernetes 1.33 and newer. */
final class PodResize {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KubernetesClient client;

  PodResize(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Waits until the node has done it.
   *
   * @throws ZansocException NO_SPACE where the node has not so much, UNSUPPORTED where the cluster
   *     cannot; the old limits stay
   */
  void resize(Pod pod, InstanceSize size) {
    String action = "resizing " + pod.getMetadata().getName();
    Map<String, Quantity> wanted = PodSettings.changeable(size);
    Map<String, Quantity> before =
        pod.getSpec().getContainers().getFirst().getResources().getLimits();
    ask(pod, wanted, action);
    try {
      Pods.await(
          client,
          pod.getMetadata().getNamespace(),
          pod.getMetadata().getName(),
          PATIENCE,
          found -> isDone(found, wanted, action),
          action);
    } catch (ZansocException e) {
      ask(
          pod,
          Map.of(
              PodSettings.CPU, before.get(PodSettings.CPU),
              PodSettings.MEMORY, before.get(PodSettings.MEMORY)),
          action);
      throw e;
    }
  }

  private void ask(Pod pod, Map<String, Quantity> wanted, String action) {
    String amounts =
        "{\"cpu\":\"%s\",\"memory\":\"%s\"}"
            .formatted(wanted.get(PodSettings.CPU), wanted.get(PodSettings.MEMORY));
    String patch =
        "{\"spec\":{\"containers\":[{\"name\":\"%s\",\"resources\":{\"requests\":%s,\"limits\":%s}}]}}"
            .formatted(PodSettings.CONTAINER, amounts, amounts);
    Supplier<Pod> call =
        () ->
            client
                .pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .subresource("resize")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch);
    try {
      Pods.repeat(call, action);
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.UNSUPPORTED) {
        throw new ZansocException(
            ErrorCode.UNSUPPORTED,
            action + ": this cluster cannot resize what runs; Kubernetes 1.33 and newer can",
            e);
      }
      throw e;
    }
  }

  private static boolean isDone(Pod pod, Map<String, Quantity> wanted, String action) {
    Optional<PodCondition> pending =
        pod.getStatus().getConditions().stream()
            .filter(x -> "PodResizePending".equals(x.getType()) && "True".equals(x.getStatus()))
            .findFirst();
    if (pending.filter(x -> "Infeasible".equals(x.getReason())).isPresent()) {
      throw new ZansocException(
          ErrorCode.NO_SPACE, action + ": its node cannot: " + pending.get().getMessage());
    }
    return pod.getStatus().getContainerStatuses().stream()
        .findFirst()
        .map(status -> status.getResources())
        .map(ResourceRequirements::getLimits)
        .filter(has ->
            wanted.entrySet().stream()
                .allMatch(each ->
                    has.containsKey(each.getKey())
                        && has.get(each.getKey())
                                .getNumericalAmount()
                                .compareTo(each.getValue().getNumericalAmount())
                            == 0))
        .isPresent();
  }
}
