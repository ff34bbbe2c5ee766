package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.compute.image.BaseImageBuilder;
import cloud.zansoc.compute.image.BaseImageRecipe;
import cloud.zansoc.compute.network.NatHomes;
import cloud.zansoc.compute.network.Programs;
import cloud.zansoc.host.volumes.HostVolumes;
import cloud.zansoc.ledger.evm.Contracts;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.NodeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A hub with a development chain in the hub's place of a test bed, and homes behind NATs, each with
 * a dockerd and an agent of its own; all of them processes. The users are in the hub's place.
 */
final class HomesCloud implements AutoCloseable {
  /** How many homes. */
  static final int HOMES = 4;

  /** The image that each dockerd has. */
  static final String IMAGE = "zansoc/journey:1";

  private static final List<String> PACKAGES =
      List.of("nginx-light", "postgresql", "python3-distributed");
  private static final int CHAIN_PORT = 8545;
  private static final String CHAIN = "http://" + NatHomes.HUB + ":" + CHAIN_PORT;
  private static final String API = NatHomes.HUB + ":7443";

  /** The chain listens on the loopback of the hub's place; hosts ask it too. */
  private static final String OPEN_CHAIN =
      """
      sysctl -qw net.ipv4.conf.all.route_localnet=1
      nft -f - <<RULES
      table ip node {
        chain from_homes {
          type nat hook prerouting priority -100;
          ip daddr %1$s tcp dport %2$d dnat to 127.0.0.1
        }
        chain from_here {
          type nat hook output priority -100;
          ip daddr %1$s tcp dport %2$d dnat to 127.0.0.1
        }
      }
      RULES
      """
          .formatted(NatHomes.HUB, CHAIN_PORT);

  /** What `node ls --json` prints. */
  record Nodes(List<NodeView> nodes) {}

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Path folder;
  private final NatHomes homes;
  private final CommandsInPlace commands;
  private final List<String> engines = new ArrayList<>();
  private final List<ChildProgram> agents = new ArrayList<>();

  private HomesCloud(Path folder, NatHomes homes) {
    this.folder = folder;
    this.homes = homes;
    opened.push(() -> LocalCloud.deleteTree(folder));
    opened.push(() -> unmountBelow(folder));
    opened.push(() -> endProcessesOf(folder));
    opened.push(homes);
    this.commands = keep(CommandsInPlace.start(homes.in("hub"), folder.resolve("commands.log")));
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  /** Starts it; the test is skipped, with one line, where something for it is missing. */
  static HomesCloud start() throws Exception {
    for (String program : List.of("dockerd", "docker", "nebula", "ssh", "ssh-keygen", "curl")) {
      assumeTrue(
          Programs.find(program).isPresent(),
          "skipped: there is no " + program + " for hosts with engines behind NATs");
    }
    HostVolumes.obstacle().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    Path contracts = Contracts.built();
    Path image = image();
    NatHomes homes =
        NatHomes.up(
            "zj", "--homes", Integer.toString(HOMES), "--nat", "cone,symmetric", "--delay", "10");
    HomesCloud cloud = new HomesCloud(Files.createTempDirectory("zansoc-homes-e2e-"), homes);
    try {
      cloud.startHub(contracts);
      cloud.startHosts(image);
      return cloud;
    } catch (RuntimeException | Error e) {
      cloud.close();
      throw e;
    }
  }

  private static Path image() {
    List<String> packages = new ArrayList<>(BaseImageRecipe.DEFAULT.packages());
    packages.addAll(PACKAGES);
    try {
      return new BaseImageBuilder(
              Path.of(System.getProperty("java.io.tmpdir"), "zansoc-test-images"),
              Clock.systemUTC(),
              line -> {})
          .build(new BaseImageRecipe(BaseImageRecipe.DEFAULT.suite(), packages, IMAGE), false);
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.UNSUPPORTED) {
        Assumptions.abort("skipped: " + e.getMessage());
      }
      throw e;
    }
  }

  private void startHub(Path contracts) {
    List<String> ledger = commands.startChain(folder, contracts, CHAIN_PORT);
    assertThat(inHub("sh", "-c", OPEN_CHAIN)).isEqualTo(new NatHomes.Said(0, ""));
    List<String> line = new ArrayList<>(List.of("hub", "--data", folder.resolve("hub").toString()));
    List<String> values = new ArrayList<>(LocalCloud.ANY_MACHINE);
    values.addAll(ledger);
    values.add("advertise=" + NatHomes.HUB);
    values.add("chain-for-members=" + CHAIN);
    values.forEach(value -> line.addAll(List.of("--set", value)));
    ChildProgram hub =
        keep(
            ChildProgram.startUnder(
                homes.in("hub"), folder.resolve("hub.log"), line.toArray(String[]::new)));
    Await.until("the hub listens", () -> new Await.Look(has(hub, "listens"), hub.printed()));
    operator().ok("login", "localhost:7443", "--hub-data=" + folder.resolve("hub"));
    Await.until(
        "the hub knows the coin's price",
        () -> {
          CommandsInPlace.Answer price = operator().run("exchange", "price");
          return new Await.Look(
              price.exit() == 0 && !price.out().contains("not known"), price.out() + price.err());
        });
  }

  private static boolean has(ChildProgram program, String words) {
    assertThat(program.isAlive()).as(program.printed()).isTrue();
    return program.printed().contains(words);
  }

  private void startHosts(Path image) {
    String token = operator().json(NewToken.class, "token", "create", "--role=host").text();
    for (int home = 1; home <= HOMES; home++) {
      engines.add(homes.docker(home));
    }
    CompletableFuture<?>[] loads =
        engines.stream()
            .map(engine -> CompletableFuture.runAsync(() -> load(engine, image)))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(loads).join();
    for (int home = 1; home <= HOMES; home++) {
      // The first is the cheapest.
      agents.add(
          keep(
              agent(
                  home,
                  "host",
                  "join",
                  API,
                  "--token=" + token,
                  "--name=home-" + home,
                  "--data=" + hostFolder(home),
                  "--capacity=4GB",
                  "--label=zone=home-" + home,
                  "--compute",
                  "--engine=" + engines.get(home - 1),
                  "--cpus=2",
                  "--memory=3GB",
                  "--disk=12GB",
                  "--price-vcpu=0.00" + home,
                  "--quick",
                  "--foreground")));
      // They measure the machine, and it is one for all.
      awaitReady(home);
    }
  }

  private void awaitReady(int hosts) {
    Await.until(
        hosts + " hosts are ready",
        () -> {
          agents.forEach(agent -> assertThat(agent.isAlive()).as(agent.printed()).isTrue());
          List<NodeView> nodes = operator().json(Nodes.class, "node", "ls").nodes();
          long ready = nodes.stream().filter(node -> node.state() == NodeView.State.READY).count();
          return new Await.Look(ready == hosts, nodes + agents.getLast().printed());
        });
  }

  private static void load(String engine, Path image) {
    NatHomes.Said said =
        NatHomes.run(List.of("docker", "-H", engine, "load", "--quiet", "-i", image.toString()));
    assertThat(said.exit()).as(said.text()).isZero();
  }

  private ChildProgram agent(int home, String... arguments) {
    return ChildProgram.startUnder(
        homes.in(Integer.toString(home)), folder.resolve("home-" + home + ".log"), arguments);
  }

  /** The commands of the hub's operator. */
  CommandsInPlace.User operator() {
    return commands.user(folder.resolve("profile-operator"));
  }

  /** The commands of a client, who is invited and logged in. */
  CommandsInPlace.User client(String name) {
    String token = operator().json(NewToken.class, "token", "create", "--role=client").text();
    CommandsInPlace.User user = commands.user(folder.resolve("profile-" + name));
    user.ok("login", API, "--token=" + token, "--name=" + name);
    return user;
  }

  /** Runs a program in the hub's place. */
  NatHomes.Said inHub(String... command) {
    List<String> line = new ArrayList<>(homes.in("hub"));
    line.addAll(List.of(command));
    return NatHomes.run(line);
  }

  /** Ends the agent of a home by kill -9. */
  void kill(int home) {
    agents.get(home - 1).kill();
  }

  /** Starts it again. */
  void restart(int home) {
    agents.set(home - 1, keep(agent(home, "host", "run", "--data=" + hostFolder(home))));
  }

  /** The homes' lines, and what runs commands in them. */
  NatHomes homes() {
    return homes;
  }

  /** The data folder of a home's agent. */
  Path hostFolder(int home) {
    return folder.resolve("home-" + home);
  }

  /** A folder for the test's own files. */
  Path folder() {
    return folder;
  }

  /** What docker prints about a home's containers that are ours, in order. */
  List<String> containers(int home, String format, String... options) {
    List<String> line = new ArrayList<>(List.of("docker", "-H", engines.get(home - 1), "ps"));
    line.addAll(List.of("--filter", "label=cloud.zansoc.host", "--format", format));
    line.addAll(List.of(options));
    NatHomes.Said said = NatHomes.run(line);
    assertThat(said.exit()).as(said.text()).isZero();
    return said.text().lines().sorted().toList();
  }

  /** The names of the instances that run, over all homes; a frozen one does not. */
  List<String> running() {
    List<String> names = new ArrayList<>();
    for (int home = 1; home <= HOMES; home++) {
      names.addAll(
          containers(home, "{{.Label \"cloud.zansoc.name\"}}", "--filter", "status=running"));
    }
    return names.stream().sorted().toList();
  }

  /** What the programs of the cloud have logged as warnings and errors. */
  String complaints() {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
        try (Stream<String> lines = Files.lines(log)) {
          lines
              .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
              .forEach(line -> all.append(log.getFileName()).append(' ').append(line).append('\n'));
        }
      }
    } catch (IOException e) {
      all.append(e);
    }
    return all.toString();
  }

  private static void unmountBelow(Path folder) throws IOException {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      mounts
          .map(line -> line.split(" ", -1)[1])
          .filter(mount -> mount.startsWith(folder + "/"))
          .forEach(mount -> NatHomes.run(List.of("umount", "--lazy", mount)));
    }
  }

  /** The private networks of instances outlive their agent on purpose. */
  private static void endProcessesOf(Path folder) {
    List<ProcessHandle> left =
        ProcessHandle.allProcesses()
            .filter(each ->
                each.info().commandLine().filter(line -> line.contains(folder + "/")).isPresent())
            .toList();
    left.forEach(ProcessHandle::destroyForcibly);
    left.forEach(each -> each.onExit().join());
  }

  @Override
  public void close() {
    IllegalStateException left = new IllegalStateException("not everything was taken down");
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        left.addSuppressed(e);
      }
    }
    if (left.getSuppressed().length > 0) {
      throw left;
    }
  }
}
