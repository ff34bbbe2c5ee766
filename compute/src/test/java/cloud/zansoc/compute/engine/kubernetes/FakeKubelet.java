package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs pods as instances of a {@link MemoryEngine}, and reports what became of them. */
final class FakeKubelet {
  private static final Pattern POD =
      Pattern.compile(
          "/api(?:s/metrics.k8s.io)?/v1(?:beta1)?/namespaces/([^/]+)/pods/instance-([^/?]+)"
              + "(?:/([a-z]+))?(?:\\?.*)?");
  private static final Duration POLL = Duration.ofMillis(5);

  private final KubernetesClient client;
  private final MemoryEngine machine = new MemoryEngine(InstantSource.system());

  FakeKubelet(KubernetesClient client) {
    this.client = client;
  }

  /** Answers what a kubelet is asked through the API server; nothing: it is not asked. */
  Optional<MockResponse> answer(RecordedRequest request) {
    Matcher pod = POD.matcher(request.getPath());
    if (!pod.matches()) {
      return Optional.empty();
    }
    InstanceId id = InstanceId.parse(pod.group(2));
    if (request.getPath().startsWith("/apis/metrics")) {
      return Optional.of(metrics(id));
    }
    return switch (String.valueOf(pod.group(3))) {
      case "exec" ->
          Optional.of(
              new MockResponse()
                  .withWebSocketUpgrade(
                      new FakeExec(machine, id, URI.create(request.getPath()).getRawQuery())));
      case "portforward" ->
          Optional.of(
              new MockResponse()
                  .withWebSocketUpgrade(
                      new FakeForwarding(
                          machine,
                          id,
                          Integer.parseInt(request.getPath().replaceFirst(".*ports=", "")))));
      case "log" -> Optional.of(log(id, request.getPath()));
      case "resize" -> Optional.of(resize(pod.group(1), id, request.getUtf8Body()));
      default -> Optional.empty();
    };
  }

  private MockResponse metrics(InstanceId id) {
    return new MockResponse()
        .setResponseCode(200)
        .setBody(
            "{\"kind\":\"PodMetrics\",\"containers\":[{\"usage\":{\"cpu\":\"250m\",\"memory\":\"%d\"}}]}"
                .formatted(machine.statistics(id).memory().bytes()));
  }

  private MockResponse log(InstanceId id, String path) {
    int lines = parameter(path, "tailLines").map(Integer::parseInt).orElse(-1);
    Optional<Instant> since = parameter(path, "sinceTime").map(Instant::parse);
    try (InputStream log = machine.logs(id, false, lines, since)) {
      return new MockResponse().setResponseCode(200).setBody(log.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> parameter(String path, String name) {
    Matcher found = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(path);
    return found.find()
        ? Optional.of(URLDecoder.decode(found.group(1), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private MockResponse resize(String namespace, InstanceId id, String patch) {
    Pod asked = Serialization.unmarshal(patch, Pod.class);
    Map<String, Quantity> limits =
        asked.getSpec().getContainers().getFirst().getResources().getLimits();
    Thread.ofVirtual().name("kubelet").start(() -> resize(namespace, id, limits));
    return new MockResponse().setResponseCode(200).setBody(Serialization.asJson(asked));
  }

  private void resize(String namespace, InstanceId id, Map<String, Quantity> limits) {
    Pod pod = client.pods().inNamespace(namespace).withName(Labels.name(id)).get();
    Pod resized =
        new PodBuilder(pod)
            .editStatus()
            .editFirstContainerStatus()
            .withNewResources()
            .withLimits(limits)
            .endResources()
            .endContainerStatus()
            .endStatus()
            .build();
    client.resource(resized).updateStatus();
  }

  /** The pod that a request makes. */
  static Optional<Pod> made(RecordedRequest request, String body) {
    return request.getMethod().equals("POST") && request.getPath().matches(".*/pods")
        ? Optional.of(Serialization.unmarshal(body, Pod.class))
        : Optional.empty();
  }

  /** The API server has kept what {@code request} asked. */
  void kept(RecordedRequest request, String body) {
    Matcher named = POD.matcher(request.getPath());
    Optional<Pod> made = made(request, body);
    if (made.isPresent()) {
      String namespace = request.getPath().replaceFirst(".*/namespaces/([^/]+)/.*", "$1");
      Thread.ofVirtual().name("kubelet").start(() -> run(namespace, made.get()));
    } else if (named.matches() && named.group(3) == null) {
      InstanceId id = InstanceId.parse(named.group(2));
      if (request.getMethod().equals("DELETE")) {
        machine.remove(id);
      } else if (body.contains("activeDeadlineSeconds")) {
        machine.stop(id, Duration.ZERO);
      }
    }
  }

  private void run(String namespace, Pod pod) {
    Optional<InstanceId> instance = Labels.instance(pod.getMetadata().getLabels());
    if (instance.isEmpty()) {
      return;
    }
    InstanceId id = instance.get();
    machine.create(spec(namespace, id, pod), Map.of());
    String began = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      machine.start(id);
    } catch (ZansocException e) {
      report(namespace, pod, "Failed", notStarted(began, e));
      return;
    }
    report(
        namespace,
        pod,
        "Running",
        new ContainerStateBuilder().withNewRunning().withStartedAt(began).endRunning().build());
    Optional<EngineInstance> seen = machine.find(id);
    while (seen.filter(x -> x.state() == EngineInstance.State.RUNNING).isPresent()) {
      LockSupport.parkNanos(POLL.toNanos());
      seen = machine.find(id);
    }
    seen.ifPresent(end ->
        report(
            namespace,
            pod,
            end.exitCode().equals(Optional.of(0)) ? "Succeeded" : "Failed",
            new ContainerStateBuilder()
                .withNewTerminated()
                .withStartedAt(began)
                .withExitCode(end.exitCode().orElseThrow())
                .withReason(end.memoryExceeded() ? "OOMKilled" : "Error")
                .endTerminated()
                .build()));
  }

  private static ContainerState notStarted(String began, ZansocException e) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withStartedAt(began)
        .withExitCode(128)
        .withReason("StartError")
        .withMessage("exec: \"" + e.getMessage() + "\": executable file not found in $PATH")
        .endTerminated()
        .build();
  }

  private InstanceSpec spec(String namespace, InstanceId id, Pod pod) {
    var container = pod.getSpec().getContainers().getFirst();
    Map<String, String> environment = new HashMap<>();
    if (!container.getEnvFrom().isEmpty()) {
      String name = container.getEnvFrom().getFirst().getSecretRef().getName();
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      environment.putAll(secret.getStringData());
    }
    Map<String, Quantity> limits = container.getResources().getLimits();
    InstanceSize size =
        new InstanceSize(
            500,
            new ByteSize(
                Quantity.getAmountInBytes(limits.get(PodSettings.MEMORY)).longValueExact()),
            ByteSize.ofMebibytes(1),
            0);
    List<String> command =
        container.getArgs().stream().map(word -> word.replace("$$(", "$(")).toList();
    return Specs.of(id, container.getImage(), environment, List.of(), size, command);
  }

  /** Of a pod that is still there. */
  private void report(String namespace, Pod pod, String phase, ContainerState state) {
    Pod there = client.pods().inNamespace(namespace).withName(pod.getMetadata().getName()).get();
    if (there == null) {
      return;
    }
    client
        .resource(
            new PodBuilder(there)
                .editOrNewStatus()
                .withPhase(phase)
                .withContainerStatuses(
                    new ContainerStatusBuilder()
                        .withName(PodSettings.CONTAINER)
                        .withState(state)
                        .build())
                .endStatus()
                .build())
        .updateStatus();
  }

  /** Text for people. */
  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
