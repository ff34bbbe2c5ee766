package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.engine.InstanceStatistics;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What pods use: by their nodes, which count all that is asked, to ten seconds; where the agent may
 * not ask nodes, by metrics.k8s.io, which knows the processor's use of the last while and memory
 * only. Zero where nothing is known yet.
 */
final class PodStatistics {
  private static final ByteSize NONE = new ByteSize(0);

  private final KubernetesClient client;
  private final InstantSource clock;

  /** What metrics.k8s.io does not add up. */
  private final Map<InstanceId, Used> used = new ConcurrentHashMap<>();

  /** Processor time until a moment. */
  private record Used(Duration time, Instant until) {}

  PodStatistics(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  InstanceStatistics of(InstanceId id, Pod pod) {
    ByteSize limit = new ByteSize(amount(limits(pod), PodSettings.MEMORY).longValueExact());
    try {
      return byNode(pod, limit);
    } catch (KubernetesClientException e) {
      if (e.getCode() != 403 && e.getCode() != 404) {
        throw e;
      }
      return byMetrics(id, pod, limit);
    }
  }

  /** Those that hold by now, which a resize may have changed. */
  private static Map<String, Quantity> limits(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .map(status -> status.getResources())
        .filter(resources ->
            resources != null
                && resources.getLimits() != null
                && resources.getLimits().containsKey(PodSettings.MEMORY))
        .findFirst()
        .orElseGet(() -> pod.getSpec().getContainers().getFirst().getResources())
        .getLimits();
  }

  private InstanceStatistics byNode(Pod pod, ByteSize limit) {
    String summary =
        client.raw("/api/v1/nodes/" + pod.getSpec().getNodeName() + "/proxy/stats/summary");
    if (summary == null) {
      throw new KubernetesClientException("no summary", 404, null);
    }
    for (JsonNode found : Serialization.unmarshal(summary, JsonNode.class).path("pods")) {
      if (pod.getMetadata().getUid().equals(found.path("podRef").path("uid").asText())) {
        JsonNode container = found.path("containers").path(0);
        return new InstanceStatistics(
            Duration.ofNanos(container.path("cpu").path("usageCoreNanoSeconds").asLong()),
            new ByteSize(container.path("memory").path("workingSetBytes").asLong()),
            limit,
            new ByteSize(found.path("network").path("rxBytes").asLong()),
            new ByteSize(found.path("network").path("txBytes").asLong()),
            NONE,
            NONE,
            found.path("process_stats").path("process_count").asInt());
      }
    }
    return new InstanceStatistics(Duration.ZERO, NONE, limit, NONE, NONE, NONE, NONE, 0);
  }

  private InstanceStatistics byMetrics(InstanceId id, Pod pod, ByteSize limit) {
    Optional<Map<String, Quantity>> usage = usage(pod);
    Instant now = clock.instant();
    BigDecimal cores = usage.map(all -> amount(all, PodSettings.CPU)).orElse(BigDecimal.ZERO);
    Used total =
        used.merge(
            id,
            new Used(Duration.ZERO, now),
            (before, fresh) ->
                new Used(
                    before.time().plus(time(cores, Duration.between(before.until(), now))), now));
    return new InstanceStatistics(
        total.time(),
        new ByteSize(
            usage.map(all -> amount(all, PodSettings.MEMORY)).orElse(BigDecimal.ZERO).longValue()),
        limit,
        NONE,
        NONE,
        NONE,
        NONE,
        0);
  }

  private Optional<Map<String, Quantity>> usage(Pod pod) {
    try {
      PodMetrics metrics =
          client
              .top()
              .pods()
              .metrics(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
      return metrics.getContainers().stream().findFirst().map(container -> container.getUsage());
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403 || e.getCode() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static BigDecimal amount(Map<String, Quantity> amounts, String name) {
    Quantity amount = amounts.get(name);
    return amount == null ? BigDecimal.ZERO : amount.getNumericalAmount();
  }

  private static Duration time(BigDecimal cores, Duration during) {
    return Duration.ofNanos(cores.multiply(BigDecimal.valueOf(during.toNanos())).longValue());
  }

  void forget(InstanceId id) {
    used.remove(id);
  }
}
