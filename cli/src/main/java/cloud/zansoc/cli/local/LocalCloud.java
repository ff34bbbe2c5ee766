package cloud.zansoc.cli.local;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.HubOperator;
import cloud.zansoc.cli.Login;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.host.Engines;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.hub.HubConfiguration;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A hub, its hosts and its chain as separate processes on this machine, each with a data folder of
 * its own below one folder.
 */
public final class LocalCloud implements AutoCloseable {
  private static final String NOTE = "local cloud";
  private static final int MEMORY_SHARE = 2;
  private static final ByteSize LEAST_MEMORY = ByteSize.ofMebibytes(512);

  /** Many hosts share one machine here, so that none of them measures well. */
  public static final List<String> ANY_MACHINE =
      List.of(
          "quota=none",
          "admission.vcpus=1",
          "admission.cpu-single=0",
          "admission.memory=1GB",
          "admission.capacity=1GB",
          "admission.disk-write=1kB",
          "admission.disk-syncs=1",
          "admission.down=1kB",
          "admission.up=1kB",
          "admission.round-trip=1m");

  private final Path folder;
  private final Settings settings;
  private final JavaFlags flags;
  private Optional<HubOperator> operator = Optional.empty();
  private Optional<JoinToken> hostToken = Optional.empty();
  private Optional<Lending> lending = Optional.empty();

  /**
   * What a local cloud is made of.
   *
   * @param hosts how many hosts
   * @param capacity what each host lends
   * @param api where the hub's API listens
   * @param peer where the hub's peer port listens
   * @param hubValues further values of the hub's configuration, NAME=VALUE
   */
  public record Settings(
      int hosts, ByteSize capacity, HostAddress api, HostAddress peer, List<String> hubValues) {
    public Settings {
      hubValues = List.copyOf(hubValues);
      if (hosts < 1 || hosts > 255) {
        throw new IllegalArgumentException("a local cloud has 1 to 255 hosts, not " + hosts);
      }
    }
  }

  /**
   * What of it lends computing.
   *
   * @param hosts how many, the last ones
   * @param engine that all of them share
   */
  public record Lending(int hosts, URI engine) {}

  public LocalCloud(Path folder, Settings settings) {
    this(folder, settings, JavaFlags.ofEnvironment());
  }

  public LocalCloud(Path folder, Settings settings, JavaFlags flags) {
    this.folder = folder;
    this.settings = settings;
    this.flags = flags;
  }

  /** Starts the hub, if it does not run, and waits until it answers. */
  public void startHub() {
    startHub(List.of());
  }

  /** The same, with the ledger that {@link LocalChain#start} gave. */
  public void startHub(List<String> ledger) {
    LocalProcess hub = hub();
    if (hub.handle().isEmpty()) {
      List<String> arguments = new ArrayList<>(List.of("hub"));
      arguments.addAll(List.of("--data", hubFolder(folder).toString()));
      arguments.addAll(List.of("--bind", settings.api().host()));
      arguments.addAll(List.of("--api-port", Integer.toString(settings.api().port())));
      arguments.addAll(List.of("--peer-port", Integer.toString(settings.peer().port())));
      // Every system knows *.localhost, and any ports will do that are free and then stay.
      arguments.addAll(List.of("--endpoint-domain", "localhost"));
      arguments.addAll(List.of("--endpoint-http-port", "0", "--endpoint-https-port", "0"));
      if (settings.api().port() != HubConfiguration.API_PORT) {
        // One of several clouds on this machine: the usual port is another one's.
        arguments.addAll(List.of("--ssh-port", "0"));
      }
      ANY_MACHINE.forEach(value -> arguments.addAll(List.of("--set", value)));
      settings.hubValues().forEach(value -> arguments.addAll(List.of("--set", value)));
      ledger.forEach(value -> arguments.addAll(List.of("--set", value)));
      hub.start(flags.hub(), arguments);
    }
    hub.await(this::hubAnswers);
  }

  /** The hosts that are started from now on lend computing. */
  public void lend(Lending computing) {
    lending = Optional.of(computing);
  }

  /**
   * Starts every host that does not run, as many at a time as the machine has cores; the first time
   * each joins, measuring the machine shortly.
   */
  public void startHosts() {
    int together = Runtime.getRuntime().availableProcessors();
    List<LocalProcess> starting = new ArrayList<>();
    for (int number = 1; number <= settings.hosts(); number++) {
      LocalProcess host = host(number);
      if (host.handle().isEmpty()) {
        host.start(
            flags.host(number), isAsWanted(number) ? runArguments(number) : joinArguments(number));
        starting.add(host);
      }
      if (starting.size() >= together || number == settings.hosts()) {
        starting.forEach(started -> started.await(() -> isReady(started.name())));
        starting.clear();
      }
    }
  }

  /** Logs {@code profile} in as an operator of this cloud. */
  public Login.Result login(Profile profile, String name) {
    try {
      return new Login(profile)
          .run(settings.api(), operator().invite(Role.OPERATOR, NOTE), name, Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The nodes that the hub knows. */
  public List<NodeView> nodes() {
    return operator().api().callList(ApiCall.get("/v1/nodes"), NodeView.class);
  }

  /** The hub's data folder, in the folder of a local cloud. */
  static Path hubFolder(Path cloud) {
    return cloud.resolve("hub");
  }

  /** The engine that a profile's cloud runs itself, if it does now. */
  public static Optional<URI> engine(Profile profile) {
    return new LocalEngine(LocalOptions.folder(profile)).running();
  }

  /** The process of the local chain, which need not be there: see {@link LocalChain}. */
  public LocalProcess chain() {
    return LocalChain.process(folder);
  }

  /** The hub's process. */
  public LocalProcess hub() {
    return new LocalProcess("hub", folder.resolve("run"));
  }

  /** The process of host {@code number}, from 1. */
  public LocalProcess host(int number) {
    return new LocalProcess(hostName(number), folder.resolve("run"));
  }

  /** The data folder of host {@code number}. */
  public Path hostFolder(int number) {
    return folder.resolve("hosts").resolve(hostName(number));
  }

  /** Every process that this cloud may have. */
  public List<LocalProcess> processes() {
    Stream<LocalProcess> chain =
        Files.isDirectory(folder.resolve("chain")) ? Stream.of(chain()) : Stream.empty();
    Stream<LocalProcess> engine = new LocalEngine(folder).process().stream();
    return Stream.of(chain, engine, Stream.of(hub()), hosts()).flatMap(some -> some).toList();
  }

  private Stream<LocalProcess> hosts() {
    return IntStream.rangeClosed(1, settings.hosts()).mapToObj(this::host);
  }

  /**
   * Ends a host as a power cut would, with its instances: they are on this machine, which goes on.
   */
  public void kill(int number) {
    host(number).kill();
    lent(number).ifPresent(compute -> Engines.killAll(new HostFolder(hostFolder(number)), compute));
  }

  /** Stops everything; the data stays. */
  public void stop() {
    end(Engines::stopAll);
  }

  /** Stops everything and removes the data. */
  public void remove() {
    end(LocalCloud::removeInstances);
    deleteTree(folder);
  }

  /** Instances end before their engine, and after their agents, which would start them again. */
  private void end(BiConsumer<HostFolder, Compute> instances) {
    close();
    hosts().toList().reversed().forEach(LocalProcess::stop);
    for (int number = 1; number <= settings.hosts(); number++) {
      HostFolder host = new HostFolder(hostFolder(number));
      lent(number).ifPresent(compute -> instances.accept(host, compute));
    }
    hub().stop();
    new LocalEngine(folder).stop();
    chain().stop();
  }

  private static void removeInstances(HostFolder host, Compute compute) {
    try {
      Engines.removeAll(host, compute);
    } catch (ZansocException e) {
      Engines.stopAll(host, compute); // The engine is away: what is not in it can be ended.
    }
  }

  private Optional<Compute> lent(int number) {
    Path file = new HostFolder(hostFolder(number)).configuration();
    return Files.exists(file) ? HostConfigurationFile.read(file).compute() : Optional.empty();
  }

  /** Ends this object's connection to the hub; the processes go on. */
  @Override
  public void close() {
    operator.ifPresent(HubOperator::close);
    operator = Optional.empty();
  }

  /** Whether a host has joined, and lends computing if it is to. */
  private boolean isAsWanted(int number) {
    return Files.exists(new HostFolder(hostFolder(number)).configuration())
        && (!lends(number) || lent(number).isPresent());
  }

  private boolean lends(int number) {
    return lending.filter(its -> number > settings.hosts() - its.hosts()).isPresent();
  }

  private List<String> runArguments(int number) {
    return List.of("host", "run", "--data", hostFolder(number).toString());
  }

  private List<String> joinArguments(int number) {
    if (hostToken.isEmpty()) {
      hostToken = Optional.of(operator().invite(Role.HOST, NOTE));
    }
    List<String> arguments = new ArrayList<>(computeArguments(number));
    arguments.addAll(
        0,
        List.of(
            "host",
            "join",
            settings.api().toString(),
            "--token",
            hostToken.get().text(),
            "--name",
            hostName(number),
            "--data",
            hostFolder(number).toString(),
            "--capacity",
            Long.toString(settings.capacity().bytes()),
            "--listen",
            "127.0.0.1:0",
            "--label",
            "zone=home-" + number,
            "--quick",
            "--foreground"));
    return arguments;
  }

  /** Each lends its part of what this machine has; together half of the memory. */
  private List<String> computeArguments(int number) {
    if (!lends(number)) {
      return List.of("--no-compute");
    }
    Lending its = lending.orElseThrow();
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long memory = machine.getTotalMemorySize() / MEMORY_SHARE / its.hosts();
    int threads = Math.max(1, machine.getAvailableProcessors() / its.hosts());
    return List.of(
        "--compute",
        "--engine=" + its.engine(),
        "--cpus=" + threads,
        "--memory=" + Math.max(LEAST_MEMORY.bytes(), memory));
  }

  private boolean hubAnswers() {
    try {
      operator().api().send(ApiCall.get("/v1/hub"));
      return true;
    } catch (ZansocException e) {
      return false;
    }
  }

  private boolean isReady(String name) {
    return nodes().stream()
        .anyMatch(node -> node.name().equals(name) && node.state() == NodeView.State.READY);
  }

  /** The operator that the hub made at its first start. */
  private HubOperator operator() {
    if (operator.isEmpty()) {
      operator = Optional.of(HubOperator.of(hubFolder(folder), settings.api()));
    }
    return operator.get();
  }

  private static String hostName(int number) {
    return String.format(Locale.ROOT, "host-%02d", number);
  }

  /** Removes a folder and everything in it. */
  public static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
