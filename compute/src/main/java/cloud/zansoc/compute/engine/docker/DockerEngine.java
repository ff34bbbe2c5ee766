package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ByteSize;
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
import cloud.zansoc.compute.engine.GraphicsCard;
import cloud.zansoc.compute.engine.InstanceStatistics;
import cloud.zansoc.compute.engine.PortConnection;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.SSLConfig;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Instances as containers of a Docker or Podman engine. What is ours is known by labels, so that an
 * engine may be shared: with its owner's own containers, and with other agents.
 */
public final class DockerEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_CONNECTIONS = 512;

  /** Exit codes of a command that could not be run. */
  private static final int NOT_EXECUTABLE = 126;

  private static final int NOT_FOUND = 127;
  private static final Duration END_POLL = Duration.ofMillis(10);
  private static final int END_TRIES = 200;
  private static final int REMOVE_TRIES = 12;
  private static final int PAUSE_TRIES = 5;
  private static final int MAX_LINE = 4096;
  private static final List<String> SHELL =
      List.of("sh", "-c", "[ -x /bin/bash ] && exec /bin/bash -l || exec /bin/sh -l");

  private final DockerSettings settings;
  private final URI address;
  private final DockerClient client;
  private final EngineHttp http;
  private final DockerImages images;
  private final EngineFacts facts;
  private final OwnNetwork network;

  private final boolean mayEnter = NetworkNamespace.isAllowed();

  /** Held while graphics cards are chosen and given to a new container. */
  private final ReentrantLock cardsLock = new ReentrantLock();

  private DockerEngine(DockerSettings settings, URI address, DockerClient client, EngineHttp http) {
    this.settings = settings;
    this.address = address;
    this.client = client;
    this.http = http;
    this.images = new DockerImages(client);
    this.facts = EngineFacts.ask(client, http, address);
    this.network = new OwnNetwork(client, settings.owner());
  }

  /**
   * Connects to an engine: the one that the settings name, else that of DOCKER_HOST, else the first
   * whose socket is at one of the usual places.
   *
   * @throws ZansocException NOT_FOUND where there is none, UNREACHABLE where it does not answer
   */
  public static DockerEngine connect(DockerSettings settings) {
    URI address = DockerAddress.find(settings.address(), System.getenv(), Path.of("/"));
    DefaultDockerClientConfig configuration =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(address.toString())
            .build();
    DockerClient client =
        DockerClientImpl.getInstance(
            configuration,
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(address)
                .sslConfig(configuration.getSSLConfig())
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT_TIMEOUT)
                .build());
    try {
      return DockerFailures.translate(
          "connecting to the engine at " + address,
          () ->
              new DockerEngine(
                  settings,
                  address,
                  client,
                  new EngineHttp(address, tls(configuration), configuration.getObjectMapper())));
    } catch (RuntimeException e) {
      closeQuietly(client);
      throw e;
    }
  }

  private static Optional<SSLContext> tls(DefaultDockerClientConfig configuration) {
    SSLConfig keys = configuration.getSSLConfig();
    try {
      return keys == null ? Optional.empty() : Optional.ofNullable(keys.getSSLContext());
    } catch (GeneralSecurityException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the keys for the engine in DOCKER_CERT_PATH cannot be used: " + e.getMessage(),
          e);
    }
  }

  /** The bridge that instances of this host are on. */
  public String bridge() {
    return network.bridge();
  }

  @Override
  public EngineInventory inventory() {
    return facts.inventory(client, settings.cards());
  }

  @Override
  public boolean hasImage(String image) {
    return images.has(image);
  }

  @Override
  public void pullImage(String image, Consumer<String> progress) {
    images.pull(image, progress);
  }

  @Override
  public List<String> loadImage(InputStream archive) {
    return images.load(archive);
  }

  @Override
  public boolean removeImage(String image) {
    return images.remove(image);
  }

  @Override
  public InputStream saveImage(String image) {
    return images.save(image);
  }

  @Override
  public void create(InstanceSpec spec, Map<String, Path> volumes) {
    if (inspect(spec.id()).isPresent()) {
      return;
    }
    if (!images.has(spec.image())) {
      throw DockerImages.missing(spec.image());
    }
    String action = "creating " + spec;
    DockerFailures.translate(action, network::ensure);
    if (spec.size().gpus() == 0) {
      create(action, spec, volumes, List.of());
      return;
    }
    cardsLock.lock();
    try {
      create(action, spec, volumes, freeCards(spec));
    } finally {
      cardsLock.unlock();
    }
  }

  private void create(
      String action, InstanceSpec spec, Map<String, Path> volumes, List<String> cards) {
    CreateContainerCmd command =
        client
            .createContainerCmd(spec.image())
            .withName(name(spec.id()))
            .withHostName(spec.name())
            .withEnv(environment(spec.environment()))
            .withLabels(Labels.of(settings.owner(), spec, cards))
            .withHostConfig(
                new ContainerSettings(network.name(), settings.runtime().orElse(""), facts)
                    .of(spec, volumes, cards));
    if (!spec.command().isEmpty()) {
      command.withCmd(spec.command());
    }
    try {
      command.exec();
    } catch (ConflictException e) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "%s: a container of that name is there, which is not ours; remove it".formatted(action),
          e);
    } catch (RuntimeException e) {
      throw DockerFailures.of(action, e);
    }
  }

  private List<String> freeCards(InstanceSpec spec) {
    List<String> free = new ArrayList<>(settings.cards().stream().map(GraphicsCard::id).toList());
    client
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of(Labels.CARDS))
        .exec()
        .forEach(container -> free.removeAll(Labels.cards(container.getLabels())));
    if (free.size() < spec.size().gpus()) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "%s needs %d graphics cards, and %d of this host's %d are free"
              .formatted(spec, spec.size().gpus(), free.size(), settings.cards().size()));
    }
    return List.copyOf(free.subList(0, spec.size().gpus()));
  }

  @Override
  public void start(InstanceId id) {
    State state = need(id).state();
    if (state == State.RUNNING || state == State.PAUSED) {
      return;
    }
    try {
      client.startContainerCmd(name(id)).exec();
    } catch (NotModifiedException e) {
      return;
    } catch (RuntimeException e) {
      throw DockerFailures.ofStart("starting instance " + id, e);
    }
    settings.bandwidth().ifPresent(limit -> limitBandwidth(id, limit));
    if (facts.hasInit() && settings.runtime().isEmpty()) {
      Optional<Long> process = need(id).process();
      if (process.isEmpty() || !InitProcess.awaitCommand(process.get())) {
        awaitEnd(id);
        needCommand(id);
      }
    }
  }

  /** An engine hears of an end a moment later. */
  private void awaitEnd(InstanceId id) {
    for (int tries = 0; tries < END_TRIES && need(id).state() == State.RUNNING; tries++) {
      LockSupport.parkNanos(END_POLL.toNanos());
    }
  }

  /** The init process says in the log that it could not run the command. */
  private void needCommand(InstanceId id) {
    Optional<Integer> code = need(id).exitCode();
    if (code.isEmpty() || (code.get() != NOT_FOUND && code.get() != NOT_EXECUTABLE)) {
      return;
    }
    try (InputStream log = logs(id, false, 1, Optional.empty())) {
      String line = new String(log.readNBytes(MAX_LINE), StandardCharsets.UTF_8).strip();
      if (line.contains("FATAL tini") || line.startsWith("catatonit: ")) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "starting instance %s: its command cannot be run: %s".formatted(id, line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void limitBandwidth(InstanceId id, ByteSize perSecond) {
    Optional<Long> process = need(id).process();
    if (process.isPresent()) {
      BandwidthLimit.set(process.get(), perSecond);
    }
  }

  @Override
  public void stop(InstanceId id, Duration grace) {
    unpause(id);
    int seconds = Math.toIntExact(Math.min(grace.plusMillis(999).toSeconds(), Integer.MAX_VALUE));
    change(id, "stopping", () -> client.stopContainerCmd(name(id)).withTimeout(seconds).exec());
  }

  @Override
  public void pause(InstanceId id) {
    State state = need(id).state();
    if (state == State.PAUSED) {
      return;
    }
    if (state != State.RUNNING) {
      throw notRunning(id);
    }
    change(id, "pausing", () -> pauseCalmly(id));
  }

  /** A kernel with cgroups of version 1 now and then fails to freeze what starts processes. */
  private Void pauseCalmly(InstanceId id) {
    for (int tries = 1; ; tries++) {
      try {
        return client.pauseContainerCmd(name(id)).exec();
      } catch (DockerException e) {
        if (tries == PAUSE_TRIES || !DockerFailures.message(e).contains("unable to freeze")) {
          throw e;
        }
      }
    }
  }

  @Override
  public void unpause(InstanceId id) {
    if (need(id).state() == State.PAUSED) {
      change(id, "resuming", () -> client.unpauseContainerCmd(name(id)).exec());
    }
  }

  @Override
  public void remove(InstanceId id) {
    Optional<EngineInstance> found = find(id);
    if (found.isEmpty()) {
      return;
    }
    if (found.get().state() == State.PAUSED) {
      // A frozen process that has a deadly signal waiting dies of it before it does anything else.
      found.get().process().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
      unpause(id);
    }
    for (int tries = 1; !removed(id, tries); tries++) {
      LOG.info("instance {} has many processes to end; it goes on", id);
    }
  }

  /**
   * An engine waits ten seconds for the end of what it killed. Thousands of processes that share
   * half a processor take longer.
   */
  private boolean removed(InstanceId id, int tries) {
    try {
      client.removeContainerCmd(name(id)).withForce(true).withRemoveVolumes(true).exec();
      return true;
    } catch (NotFoundException e) {
      return true;
    } catch (RuntimeException e) {
      if (tries < REMOVE_TRIES && DockerFailures.isStillEnding(e)) {
        return false;
      }
      throw DockerFailures.of("removing instance " + id, e);
    }
  }

  @Override
  public void resize(InstanceId id, InstanceSize size) {
    need(id);
    change(
        id,
        "resizing",
        () -> facts.isPodman() ? updateByPodman(id, size) : updateByDocker(id, size));
  }

  private boolean updateByDocker(InstanceId id, InstanceSize size) {
    client
        .updateContainerCmd(name(id))
        .withNanoCPUs(ContainerSettings.nanoCpus(size))
        .withMemory(size.memory().bytes())
        .withMemorySwap(size.memory().bytes())
        .exec();
    return true;
  }

  /** Podman's API has updates only in its own dialect. */
  private boolean updateByPodman(InstanceId id, InstanceSize size) {
    String limits =
        "{\"memory\":{\"limit\":%1$d,\"swap\":%1$d},\"cpu\":{\"quota\":%2$d,\"period\":100000}}"
            .formatted(size.memory().bytes(), ContainerSettings.nanoCpus(size) / 10_000);
    http.post(
        "/v4.3.0/libpod/containers/" + name(id) + "/update",
        "application/json",
        limits.getBytes(StandardCharsets.UTF_8));
    return true;
  }

  @Override
  public Optional<EngineInstance> find(InstanceId id) {
    return inspect(id).map(container -> ContainerState.of(id, container, facts.isLocal()));
  }

  @Override
  public List<EngineInstance> instances() {
    List<Container> containers =
        DockerFailures.translate(
            "listing instances",
            () ->
                client
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(Labels.HOST, settings.owner().toString()))
                    .exec());
    List<EngineInstance> instances = new ArrayList<>();
    for (Container container : containers) {
      Labels.instance(container.getLabels()).flatMap(this::find).ifPresent(instances::add);
    }
    return instances;
  }

  @Override
  public ExecSession exec(InstanceId id, ExecRequest request) {
    needRunning(id);
    return DockerFailures.translate(
        "running a command in instance " + id,
        () -> {
          InspectContainerResponse container = inspect(id).orElseThrow(() -> unknown(id));
          String exec =
              client
                  .execCreateCmd(container.getId())
                  .withAttachStdin(true)
                  .withAttachStdout(true)
                  .withAttachStderr(true)
                  .withTty(request.terminal().isPresent())
                  .withEnv(execEnvironment(request))
                  .withCmd(
                      (request.command().isEmpty() ? SHELL : request.command())
                          .toArray(String[]::new))
                  .exec()
                  .getId();
          return DockerExec.start(client, http, container.getId(), exec, request);
        });
  }

  @Override
  public PortConnection connect(InstanceId id, int port) {
    // A runtime with a network stack of its own has nothing in the namespace.
    Optional<Long> process =
        needRunning(id).process().filter(x -> mayEnter && settings.runtime().isEmpty());
    return PortDialer.connect(id, process, inspect(id).flatMap(network::address), port);
  }

  @Override
  public InputStream logs(InstanceId id, boolean follow, int tailLines, Optional<Instant> since) {
    need(id);
    String path =
        "/containers/%s/logs?stdout=true&stderr=true&follow=%s&tail=%s%s"
            .formatted(
                name(id),
                follow,
                tailLines < 0 ? "all" : tailLines,
                since
                    .map(from -> "&since=%d.%09d".formatted(from.getEpochSecond(), from.getNano()))
                    .orElse(""));
    return DockerFailures.translate(
        "reading the log of instance " + id, () -> new LogStream(http.get(path)));
  }

  @Override
  public InstanceStatistics statistics(InstanceId id) {
    needRunning(id);
    // Without one-shot the engine waits for a second look at the processors.
    String path = "/containers/" + name(id) + "/stats?stream=false&one-shot=true";
    return DockerFailures.translate(
        "measuring instance " + id,
        () -> ContainerState.statistics(http.get(path, Statistics.class)));
  }

  @Override
  public void copyIn(InstanceId id, String folder, InputStream tar) {
    need(id);
    if (facts.isPodman()) {
      needFolder(id, folder);
    }
    DockerFailures.translate(
        "copying to %s of instance %s".formatted(folder, id),
        () ->
            client
                .copyArchiveToContainerCmd(name(id))
                .withRemotePath(folder)
                .withTarInputStream(tar)
                .exec());
  }

  /** Podman takes an archive for a folder that is not there, and loses it. */
  private void needFolder(InstanceId id, String folder) {
    DockerFailures.translate(
        "copying to %s of instance %s".formatted(folder, id),
        () -> {
          try (InputStream there = copyOut(id, folder)) {
            return there.read();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public InputStream copyOut(InstanceId id, String path) {
    need(id);
    // The library would read an archive that nobody wants to its end.
    String request =
        "/containers/%s/archive?path=%s"
            .formatted(name(id), URLEncoder.encode(path, StandardCharsets.UTF_8));
    return DockerFailures.translate(
        "copying %s of instance %s".formatted(path, id),
        () -> new ArchiveStream(http.get(request)));
  }

  /** Removes the bridge too, when a host leaves; its instances must be gone. */
  public void removeNetwork() {
    DockerFailures.translate("removing network " + network.name(), network::remove);
  }

  @Override
  public void close() {
    closeQuietly(client);
  }

  @Override
  public String toString() {
    return facts.name() + " at " + address;
  }

  private static void closeQuietly(DockerClient client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("closing the connection to an engine", e);
    }
  }

  /** Of an instance's container: hosts may share an engine, and an instance may move among them. */
  private String name(InstanceId id) {
    return "zansoc-" + settings.owner().shortText() + "-" + id;
  }

  private Optional<InspectContainerResponse> inspect(InstanceId id) {
    return DockerFailures.translate(
        "looking for instance " + id,
        () -> {
          try {
            InspectContainerResponse found = client.inspectContainerCmd(name(id)).exec();
            return Optional.of(found)
                .filter(x -> Labels.isOf(settings.owner(), x.getConfig().getLabels()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  private EngineInstance need(InstanceId id) {
    return find(id).orElseThrow(() -> unknown(id));
  }

  private EngineInstance needRunning(InstanceId id) {
    EngineInstance instance = need(id);
    if (instance.state() != State.RUNNING) {
      throw notRunning(id);
    }
    return instance;
  }

  private static void change(InstanceId id, String verb, Supplier<?> call) {
    DockerFailures.translate(
        verb + " instance " + id,
        () -> {
          try {
            return call.get();
          } catch (NotModifiedException e) {
            return null;
          }
        });
  }

  private static List<String> environment(Map<String, String> variables) {
    return variables.entrySet().stream().map(x -> x.getKey() + "=" + x.getValue()).toList();
  }

  private static List<String> execEnvironment(ExecRequest request) {
    Map<String, String> variables = new HashMap<>(request.environment());
    if (request.terminal().isPresent()) {
      variables.putIfAbsent("TERM", "xterm");
    }
    return environment(variables);
  }

  private static ZansocException unknown(InstanceId id) {
    return new ZansocException(
        ErrorCode.NOT_FOUND, "instance " + id + " is not on this host's engine");
  }

  private static ZansocException notRunning(InstanceId id) {
    return new ZansocException(
        ErrorCode.CONFLICT, "instance " + id + " does not run; start it first");
  }
}
