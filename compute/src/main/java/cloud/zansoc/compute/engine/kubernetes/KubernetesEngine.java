package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.EngineInstance.State;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.compute.engine.ExecRequest;
import cloud.zansoc.compute.engine.ExecSession;
import cloud.zansoc.compute.engine.InstanceStatistics;
import cloud.zansoc.compute.engine.PortConnection;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Instances as pods of a cluster. A pod runs once: what an instance is stays in a template of its
 * own, and each start makes a new pod of it, with a fresh root file system. What has ended stays,
 * with its log, until the next start.
 *
 * <p>Instances run on other machines than this one: none has volumes or is in a private network,
 * none can be frozen, and images come from registries only.
 */
public final class KubernetesEngine implements Engine {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int RETRIES = 2;

  /** Fetching a large image to a slow node is in it. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(10);

  /** How long a node may take to say that it has ended a pod, beyond its grace. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(15);

  private static final int KILLED = 137;

  private final KubernetesSettings settings;
  private final KubernetesClient client;
  private final DeploymentNamespaces namespaces;
  private final Images images;
  private final PodStatistics statistics;
  private final PodResize resizing;

  KubernetesEngine(KubernetesSettings settings, KubernetesClient client) {
    this.settings = settings;
    this.client = client;
    this.namespaces = new DeploymentNamespaces(client, settings.owner());
    this.images = new Images(client, settings.owner());
    this.statistics = new PodStatistics(client, settings.clock());
    this.resizing = new PodResize(client);
  }

  /**
   * Connects to a cluster.
   *
   * @throws ZansocException NOT_FOUND where there is no such kubeconfig or context, UNREACHABLE
   *     where the cluster does not answer, UNSUPPORTED where it is too old
   */
  public static KubernetesEngine connect(KubernetesSettings settings) {
    Config configuration = configuration(settings);
    configuration.setConnectionTimeout(TIMEOUT_MILLIS);
    configuration.setRequestTimeout(TIMEOUT_MILLIS);
    configuration.setRequestRetryBackoffLimit(RETRIES);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(configuration)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
    try {
      KubernetesFailures.translate(
          "connecting to the cluster at " + configuration.getMasterUrl(),
          () -> Cluster.ask(client));
      return new KubernetesEngine(settings, client);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static Config configuration(KubernetesSettings settings) {
    String context = settings.context().orElse(null);
    Config configuration;
    if (settings.kubeconfig().isPresent()) {
      Path file = settings.kubeconfig().get();
      if (!Files.isReadable(file)) {
        throw new ZansocException(
            ErrorCode.NOT_FOUND, "the kubeconfig %s cannot be read".formatted(file));
      }
      configuration = Config.fromKubeconfig(context, file.toFile());
    } else {
      configuration = Config.autoConfigure(context);
    }
    if (context != null
        && (configuration.getCurrentContext() == null
            || !context.equals(configuration.getCurrentContext().getName()))) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "the kubeconfig has no context '%s': kubectl config get-contexts lists them"
              .formatted(context));
    }
    return configuration;
  }

  /**
   * Refuses a cluster in which instances could reach each other and the owner's network.
   *
   * @throws ZansocException UNSUPPORTED, which says what is missing
   */
  public void requireIsolation() {
    KubernetesFailures.run(
        "looking for what enforces network policies",
        () -> Cluster.ask(client).requirePolicies(client));
  }

  @Override
  public EngineInventory inventory() {
    return KubernetesFailures.translate(
        "asking the cluster", () -> Cluster.ask(client).inventory(client, settings.owner()));
  }

  @Override
  public boolean hasImage(String image) {
    return KubernetesFailures.translate("looking for image " + image, () -> images.has(image));
  }

  @Override
  public void pullImage(String image, Consumer<String> progress) {
    KubernetesFailures.run("pulling image " + image, () -> images.pull(image, progress));
  }

  @Override
  public List<String> loadImage(InputStream archive) {
    throw noArchives();
  }

  @Override
  public InputStream saveImage(String image) {
    throw noArchives();
  }

  private static ZansocException noArchives() {
    return new ZansocException(
        ErrorCode.UNSUPPORTED,
        "a cluster takes images from registries only: push it to one that its nodes reach");
  }

  @Override
  public void create(InstanceSpec spec, Map<String, Path> volumes) {
    String action = "creating " + spec;
    KubernetesFailures.run(
        action,
        () -> {
          if (namespaces.find(spec.id()).isPresent()) {
            return;
          }
          if (!spec.volumes().isEmpty()) {
            throw new ZansocException(
                ErrorCode.UNSUPPORTED, action + ": instances in a cluster have no volumes");
          }
          if (!images.has(spec.image())) {
            throw new ZansocException(
                ErrorCode.NOT_FOUND,
                "image %s is not in this cluster: it must be pulled first".formatted(spec.image()));
          }
          Cluster cluster = Cluster.ask(client);
          PodSettings pod =
              new PodSettings(
                  settings.owner(),
                  cluster.runtimeClasses().stream().findFirst(),
                  cluster.userNamespaces());
          namespaces.create(spec, pod.template(spec), cluster.ownNetworks());
        });
  }

  @Override
  public void start(InstanceId id) {
    String action = "starting instance " + id;
    KubernetesFailures.run(
        action,
        () -> {
          PodTemplate template = need(id);
          Optional<Pod> there = pod(template);
          if (there.filter(this::isEnded).isPresent()) {
            end(template, Duration.ZERO);
            there = Optional.empty();
          }
          Instant now = settings.clock().instant();
          if (there.isEmpty()) {
            annotate(template, Labels.STARTED, now.toString());
            Pods.create(client, namespace(template), made(template, now), action);
          }
          await(template, action);
        });
  }

  private void await(PodTemplate template, String action) {
    Pod seen;
    try {
      seen =
          Pods.await(
              client,
              namespace(template),
              name(template),
              START_PATIENCE,
              found -> hasBegun(found, action),
              action);
    } catch (ZansocException e) {
      end(template, Duration.ZERO);
      throw e;
    }
    Optional<ContainerStateTerminated> ended =
        PodState.container(seen).map(ContainerState::getTerminated);
    String message = ended.map(end -> String.valueOf(end.getMessage())).orElse("");
    if (KubernetesFailures.isNoCommand(message)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, action + ": its command cannot be run: " + message);
    }
  }

  private boolean hasBegun(Pod pod, String action) {
    Optional<ContainerStateWaiting> waiting =
        PodState.container(pod).map(ContainerState::getWaiting);
    String reason = waiting.map(x -> String.valueOf(x.getReason())).orElse("");
    String message = waiting.map(x -> String.valueOf(x.getMessage())).orElse("");
    if (Images.isRefused(reason)) {
      throw KubernetesFailures.ofPull(pod.getSpec().getContainers().getFirst().getImage(), message);
    }
    if (reason.matches("CreateContainer.*Error|RunContainerError")) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "%s: %s: %s".formatted(action, reason, message));
    }
    return PodState.state(pod, settings.clock().instant()) != State.CREATED;
  }

  private static Pod made(PodTemplate template, Instant now) {
    ObjectMeta metadata = template.getTemplate().getMetadata();
    return new PodBuilder()
        .withNewMetadata()
        .withName(name(template))
        .withLabels(metadata.getLabels())
        .withAnnotations(Map.of(Labels.STARTED, now.toString()))
        .endMetadata()
        .withSpec(template.getTemplate().getSpec())
        .build();
  }

  @Override
  public void stop(InstanceId id, Duration grace) {
    KubernetesFailures.run(
        "stopping instance " + id,
        () -> {
          PodTemplate template = need(id);
          Optional<Pod> pod = pod(template).filter(found -> !isEnded(found));
          if (pod.isPresent() && !endsByItself(template, pod.get(), grace)) {
            annotate(template, Labels.EXIT_CODE, Integer.toString(KILLED));
            end(template, Duration.ZERO);
          }
        });
  }

  /**
   * Lets the time run out that a pod may take, which ends it, and leaves its log and exit code; its
   * removal would not.
   *
   * @return whether it has ended within {@code grace}, where it asks no longer
   */
  private boolean endsByItself(PodTemplate template, Pod pod, Duration grace) {
    if (grace.isZero() || PodState.state(pod, settings.clock().instant()) != State.RUNNING) {
      return false;
    }
    patch(template, "{\"spec\":{\"activeDeadlineSeconds\":1}}");
    Duration patience = grace.compareTo(PodSettings.GRACE) < 0 ? grace : PodSettings.GRACE;
    try {
      Pods.await(
          client,
          namespace(template),
          name(template),
          patience.plus(END_PATIENCE),
          this::isEnded,
          "ending a pod");
      return true;
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.TIMED_OUT || e.code() == ErrorCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private void patch(PodTemplate template, String change) {
    client
        .pods()
        .inNamespace(namespace(template))
        .withName(name(template))
        .patch(PatchContext.of(PatchType.JSON_MERGE), change);
  }

  /** Removes an instance's pod; what runs in it gets {@code grace}, and a second at least. */
  private void end(PodTemplate template, Duration grace) {
    Optional<Pod> pod = pod(template);
    if (pod.isEmpty()) {
      return;
    }
    var resource = client.pods().inNamespace(namespace(template)).withName(name(template));
    if (!isEnded(pod.get()) && pod.get().getSpec().getNodeName() != null) {
      resource.withGracePeriod(Math.max(1, grace.toSeconds())).delete();
      Pods.awaitGone(
          client, namespace(template), name(template), grace.plus(END_PATIENCE), "ending a pod");
    }
    resource.withGracePeriod(0).delete();
  }

  @Override
  public void pause(InstanceId id) {
    need(id);
    throw noPause();
  }

  @Override
  public void unpause(InstanceId id) {
    need(id);
    throw noPause();
  }

  private static ZansocException noPause() {
    return new ZansocException(ErrorCode.UNSUPPORTED, "instances in a cluster cannot be frozen");
  }

  @Override
  public void remove(InstanceId id) {
    KubernetesFailures.run(
        "removing instance " + id,
        () -> {
          namespaces
              .find(id)
              .ifPresent(template -> {
                end(template, Duration.ZERO);
                namespaces.remove(template);
              });
          statistics.forget(id);
        });
  }

  @Override
  public void resize(InstanceId id, InstanceSize size) {
    KubernetesFailures.run(
        "resizing instance " + id,
        () -> {
          PodTemplate template = need(id);
          Optional<Pod> running = pod(template).filter(found -> !isEnded(found));
          namespaces.resize(
              template,
              PodSettings.changeable(size),
              () -> running.ifPresent(pod -> resizing.resize(pod, size)));
        });
  }

  @Override
  public Optional<EngineInstance> find(InstanceId id) {
    return KubernetesFailures.translate(
        "looking for instance " + id,
        () ->
            namespaces
                .find(id)
                .map(template ->
                    PodState.of(id, template, pod(template), settings.clock().instant())));
  }

  @Override
  public List<EngineInstance> instances() {
    return KubernetesFailures.translate(
        "listing instances",
        () -> {
          Map<String, Pod> pods = new HashMap<>();
          client
              .pods()
              .inAnyNamespace()
              .withLabel(Labels.HOST, settings.owner().toString())
              .list()
              .getItems()
              .forEach(pod -> pods.put(pod.getMetadata().getName(), pod));
          List<EngineInstance> instances = new ArrayList<>();
          for (PodTemplate template : namespaces.all()) {
            Optional<Pod> pod = Optional.ofNullable(pods.get(name(template)));
            Labels.instance(template.getMetadata().getLabels())
                .ifPresent(id ->
                    instances.add(PodState.of(id, template, pod, settings.clock().instant())));
          }
          return instances;
        });
  }

  @Override
  public ExecSession exec(InstanceId id, ExecRequest request) {
    String action = "running a command in instance " + id;
    return KubernetesFailures.translate(
        action,
        () -> {
          Pod pod = needRunning(id);
          try {
            return KubernetesExec.start(
                client, pod.getMetadata().getNamespace(), pod.getMetadata().getName(), request);
          } catch (IOException e) {
            throw KubernetesFailures.of(action, e);
          }
        });
  }

  @Override
  public PortConnection connect(InstanceId id, int port) {
    String action = "connecting to port %d of instance %s".formatted(port, id);
    return KubernetesFailures.translate(
        action,
        () -> {
          Pod pod = needRunning(id);
          try {
            return ForwardedPort.connect(client, pod.getMetadata().getNamespace(), id, port);
          } catch (IOException e) {
            throw new ZansocException(
                ErrorCode.UNREACHABLE, action + ": " + KubernetesFailures.message(e), e);
          }
        });
  }

  @Override
  public InputStream logs(InstanceId id, boolean follow, int tailLines, Optional<Instant> since) {
    String action = "reading the log of instance " + id;
    return KubernetesFailures.translate(
        action,
        () -> {
          Optional<Pod> pod =
              pod(need(id))
                  .filter(
                      found -> PodState.state(found, settings.clock().instant()) != State.CREATED);
          try {
            return pod.isEmpty()
                ? InputStream.nullInputStream()
                : PodLog.open(client, pod.get(), follow, tailLines, since);
          } catch (IOException e) {
            throw KubernetesFailures.of(action, e);
          }
        });
  }

  @Override
  public InstanceStatistics statistics(InstanceId id) {
    return KubernetesFailures.translate(
        "measuring instance " + id, () -> statistics.of(id, needRunning(id)));
  }

  @Override
  public void copyIn(InstanceId id, String folder, InputStream tar) {
    new PodFiles(id, request -> exec(id, request)).copyIn(folder, tar);
  }

  @Override
  public InputStream copyOut(InstanceId id, String path) {
    return new PodFiles(id, request -> exec(id, request)).copyOut(path);
  }

  /** Removes what is ours and of no instance, when a host leaves; its instances must be gone. */
  public void removeNamespaces() {
    KubernetesFailures.run("removing this host's namespaces", () -> namespaces.removeAll());
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return "kubernetes at " + client.getMasterUrl();
  }

  private Optional<Pod> pod(PodTemplate template) {
    return Optional.ofNullable(
        client.pods().inNamespace(namespace(template)).withName(name(template)).get());
  }

  private boolean isEnded(Pod pod) {
    return PodState.state(pod, settings.clock().instant()) == State.EXITED;
  }

  private void annotate(PodTemplate template, String name, String value) {
    client
        .v1()
        .podTemplates()
        .inNamespace(namespace(template))
        .withName(name(template))
        .edit(found ->
            new PodTemplateBuilder(found)
                .editMetadata()
                .removeFromAnnotations(Labels.EXIT_CODE)
                .addToAnnotations(name, value)
                .endMetadata()
                .build());
  }

  private static String namespace(PodTemplate template) {
    return template.getMetadata().getNamespace();
  }

  private static String name(PodTemplate template) {
    return template.getMetadata().getName();
  }

  private PodTemplate need(InstanceId id) {
    return KubernetesFailures.translate(
        "looking for instance " + id,
        () ->
            namespaces
                .find(id)
                .orElseThrow(() ->
                    new ZansocException(
                        ErrorCode.NOT_FOUND, "instance " + id + " is not in this host's cluster")));
  }

  private Pod needRunning(InstanceId id) {
    return pod(need(id))
        .filter(found -> PodState.state(found, settings.clock().instant()) == State.RUNNING)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.CONFLICT, "instance " + id + " does not run; start it first"));
  }
}
