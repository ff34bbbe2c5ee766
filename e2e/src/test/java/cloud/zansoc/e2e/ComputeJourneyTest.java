package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.compute.api.DeploymentBill;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.VolumeView;
import cloud.zansoc.compute.network.NatHomes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The second trade as a whole: a hub, a chain, and four homes behind NATs that run what a client
 * deploys and pays, while their lines are cut and their agents killed.
 */
final class ComputeJourneyTest {
  private static final int REPLICAS = 3;

  /** PostgreSQL with its data in the volume, made at the first start. */
  private static final String DATABASE =
      """
      set -e
      cd /srv
      if [ ! -e rows/made ]; then
        rm -rf rows/new rows/made
        install -d -o postgres -g postgres rows/new
        setpriv --reuid=postgres --regid=postgres --clear-groups \
          /usr/lib/postgresql/15/bin/initdb -D rows/new
        mv rows/new rows/made
      fi
      exec setpriv --reuid=postgres --regid=postgres --clear-groups \
        /usr/lib/postgresql/15/bin/postgres -D rows/made -k /tmp
      """;

  private static final String CLUSTER =
      """
      name: sum
      private-network: true
      services:
        node:
          image: %s
          command: |
            test "$(hostname)" != node-1 || python3 -m distributed.cli.dask_scheduler --no-dashboard &
            exec python3 -m distributed.cli.dask_worker tcp://node-1.sum.zan:8786 --name "$(hostname)" \
              --nthreads 1 --nworkers 1 --no-dashboard --no-nanny
          cpu: 1
          memory: 512MiB
          disk: 2GiB
          replicas: 4
          spread: hosts
      """
          .formatted(HomesCloud.IMAGE);

  /** Prints how many instances had a part in it, and the sum of their parts. */
  private static final String JOB =
      """
      import socket
      from distributed import Client
      client = Client("tcp://node-1.sum.zan:8786", timeout=60)
      client.wait_for_workers(4, timeout=60)
      def part(number):
          import socket
          return socket.gethostname(), sum(i * i for i in range(number, 400000, 40))
      workers = sorted(client.scheduler_info()["workers"])
      futures = [client.submit(part, n, workers=[workers[n % 4]], pure=False) for n in range(40)]
      done = client.gather(futures)
      print(len({name for name, _ in done}), sum(part for _, part in done))
      """;

  private HomesCloud cloud;
  private CommandsInPlace.User ana;
  private Path key;

  /** What `wallet show --json` prints. */
  record Wallet(String account, Optional<Has> has) {
    record Has(String coins, String escrow) {}
  }

  /** What `host earnings --json` prints. */
  record Earnings(Paid leases, int openLeases, String balance) {
    record Paid(String fee, String net) {}
  }

  /** What `ledger reconcile --json` prints. */
  record Reconciled(long block, List<Map<String, String>> differences) {}

  @BeforeEach
  void open() throws Exception {
    cloud = HomesCloud.start();
    ana = cloud.client("ana");
    ana.ok("wallet", "create");
    ana.ok("wallet", "fund", "--coins", "1000");
    ana.ok("wallet", "deposit", "100");
    key = cloud.folder().resolve("ana-key");
    assertThat(cloud.inHub("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()))
        .extracting(NatHomes.Said::exit)
        .isEqualTo(0);
    ana.ok("key", "add", key + ".pub");
  }

  @AfterEach
  void close() {
    if (cloud != null) {
      cloud.close();
    }
  }

  @Test
  void deployments_overHomes_surviveThemAndArePaid() throws Exception {
    withComplaints(this::journey);
  }

  /** A part of the journey. */
  private interface Part {
    void run() throws IOException;
  }

  private void withComplaints(Part part) throws IOException {
    try {
      part.run();
    } catch (AssertionError | RuntimeException e) {
      e.addSuppressed(new AssertionError("the programs' complaints:\n" + cloud.complaints()));
      throw e;
    }
  }

  private void beginning() throws IOException {
    compute();
    deploy();
    meetByName();
    refuseOthers();
    assertThat(cloud.inHub("curl", "-sS", "-m", "20", endpoint()).text()).startsWith("of web-");
  }

  private void journey() throws IOException {
    beginning();
    Map<String, String> before = places();
    cutBriefly(1);
    assertThat(places()).isEqualTo(before);
    try (Requests requests = new Requests(endpoint())) {
      killAgent(1);
      cutOff(2);
      assertThat(requests.failures()).isEmpty();
      assertThat(requests.answered()).isGreaterThan(REPLICAS);
    }
    drain();
    remove();
    settle("sum", "web", "db");
  }

  /** A job of a cluster over all homes. */
  private void compute() throws IOException {
    step("a cluster over four homes");
    Path file = cloud.folder().resolve("sum.yaml");
    Files.writeString(file, CLUSTER);
    ana.ok("deploy", file.toString(), "--yes", "--pay-for=1h");
    assertThat(instances())
        .extracting(ComputeJourneyTest::hostOf)
        .hasSize(HomesCloud.HOMES)
        .doesNotHaveDuplicates();
    String said = on("node-1", "python3 - <<'END'\n" + JOB + "END");
    long sum = IntStream.range(0, 400_000).mapToLong(i -> (long) i * i).sum();
    assertThat(said.lines().toList()).contains("4 " + sum);
    ana.ok("deployment", "rm", "sum", "--yes");
    awaitNoContainers();
    Await.until(
        "the hub has forgotten them", () -> new Await.Look(instances().isEmpty(), instances()));
  }

  private void deploy() {
    step("three replicas and a database");
    ana.ok(
        "deploy",
        "--name=web",
        "--image=" + HomesCloud.IMAGE,
        "--replicas=" + REPLICAS,
        "--spread=hosts",
        "--private-network",
        "--port=80/http",
        "--volume=site:/var/www/html:64MiB:5s",
        "--health=tcp:80",
        "--cpu=0.5",
        "--memory=128MiB",
        "--disk=2GiB",
        "--pay-for=2h",
        "--yes",
        "--",
        "nginx",
        "-g",
        "daemon off;");
    ana.ok(
        "deploy",
        "--name=db",
        "--image=" + HomesCloud.IMAGE,
        "--private-network",
        "--volume=rows:/srv/rows:512MiB:5s",
        "--cpu=0.5",
        "--memory=512MiB",
        "--disk=2GiB",
        "--pay-for=2h",
        "--yes",
        "--",
        "sh",
        "-c",
        DATABASE);
    assertThat(places()).hasSize(REPLICAS + 1);
    for (int i = 1; i <= REPLICAS; i++) {
      assertThat(on("web-" + i, "hostname; id -u")).isEqualTo("web-" + i + "\n0");
      on("web-" + i, "echo 'of web-" + i + "' >/var/www/html/index.html");
    }
    Await.until(
        "the database answers",
        () -> {
          NatHomes.Said said = ssh("db-1", sql("create table rows (n int primary key)"));
          return new Await.Look(said.exit() == 0, said.text());
        });
  }

  /** Through cone and symmetric NATs. */
  private void meetByName() {
    step("instances meet by name");
    for (int from = 1; from <= REPLICAS; from++) {
      for (int to = 1; to <= REPLICAS; to++) {
        String name = "web-" + to + ".web.zan";
        assertThat(on("web-" + from, "curl -sS --retry 5 --retry-connrefused -m 20 " + name))
            .isEqualTo("of web-" + to);
        on("web-" + from, "ping -q -c 3 -W 10 " + name);
      }
    }
  }

  private void refuseOthers() {
    String address = instance("web-1").address().orElseThrow();
    assertThat(on("web-2", "curl -sS -m 20 http://" + address)).isEqualTo("of web-1");
    assertThat(ssh("db-1", "curl -s -m 5 http://" + address).exit()).isNotZero();
    assertThat(ssh("db-1", "getent hosts web-1.web.zan").exit()).isNotZero();
    Path stranger = cloud.folder().resolve("stranger-key");
    cloud.inHub("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger.toString());
    assertThat(cloud.inHub(sshLine(stranger, "web-1", "true")).text())
        .contains("Permission denied");
  }

  private void cutBriefly(int home) {
    step("a line is cut for 20 s");
    cloud.homes().cut(home);
    pause(20_000);
    cloud.homes().mend(home);
    awaitReady("web", "db");
  }

  private void killAgent(int home) {
    step("an agent is killed");
    List<InstanceView> there = on(home);
    assertThat(there).extracting(InstanceView::name).contains("db-1", "web-1");
    Map<String, InstanceView> before = byName();
    insert(1, 100);
    awaitSnapshots(there);
    insert(101, 110);
    cloud.kill(home);
    awaitMoved(home, there);
    assertMovedWithData(there, before);
    assertThat(rows()).isBetween(100L, 110L);

    cloud.restart(home);
    awaitOnce();
    assertThat(on(home)).isEmpty();
  }

  private void cutOff(int home) {
    step("a home is cut off");
    List<InstanceView> there = on(home);
    assertThat(there).extracting(InstanceView::name).contains("web-2");
    Map<String, InstanceView> before = byName();
    insert(201, 300);
    awaitSnapshots(there);
    long rows = rows();
    cloud.homes().cut(home);
    awaitMoved(home, there);
    // The cut home knows that its instances run elsewhere by now.
    assertThat(cloud.running()).doesNotHaveDuplicates();
    assertMovedWithData(there, before);
    assertThat(rows()).isEqualTo(rows);
    cloud.homes().mend(home);
    awaitOnce();
    assertThat(cloud.containers(home, "{{.Label \"cloud.zansoc.name\"}}")).isEmpty();
  }

  private void drain() {
    step("a host is drained");
    InstanceView database = instance("db-1");
    int home = home(database);
    List<InstanceView> there = on(home);
    insert(401, 450);
    long rows = rows();
    cloud.operator().ok("host", "drain", "--data=" + cloud.hostFolder(home));
    awaitMoved(home, there);
    assertThat(rows()).isEqualTo(rows);
    awaitOnce();
  }

  private void remove() {
    step("everything is removed");
    ana.ok("deployment", "rm", "web", "--yes");
    ana.ok("deployment", "rm", "db", "--yes");
    awaitNoContainers();
    Await.until(
        "the volumes are free",
        () -> {
          List<VolumeView> volumes = ana.jsonList(VolumeView.class, "volume", "ls");
          return new Await.Look(
              volumes.stream().allMatch(volume -> volume.use().isEmpty()), volumes);
        });
    for (VolumeView volume : ana.jsonList(VolumeView.class, "volume", "ls")) {
      ana.ok("volume", "rm", volume.name());
    }
    assertThat(instances()).isEmpty();
  }

  /**
   * What the client has paid is what its bills say, less what was given back, and what hosts and
   * treasury have got.
   */
  private void settle(String... deployments) {
    step("the money adds up");
    Await.until(
        "all leases are closed",
        () -> {
          List<?> open = ana.jsonList(Map.class, "lease", "ls");
          return new Await.Look(open.isEmpty(), open);
        });
    // The hub writes down what it has given back up to a minute after the client has it.
    Await.until(
        "the client has what its bills say",
        () -> {
          BigDecimal expected = left(bills(deployments));
          Wallet.Has has = ana.json(Wallet.class, "wallet", "show").has().orElseThrow();
          BigDecimal seen = new BigDecimal(has.coins()).add(new BigDecimal(has.escrow()));
          return new Await.Look(
              seen.compareTo(expected) == 0, "expected " + expected + ", has " + seen);
        });
    List<DeploymentBill> bills = bills(deployments);
    for (int home = 1; home <= HomesCloud.HOMES; home++) {
      assertEarned(home, bills);
    }
    assertThat(cloud.operator().json(Reconciled.class, "ledger", "reconcile").differences())
        .isEmpty();
  }

  /** Of the client's 1,000 coins. */
  private static BigDecimal left(List<DeploymentBill> bills) {
    BigDecimal billed = BigDecimal.ZERO;
    BigDecimal back = BigDecimal.ZERO;
    for (DeploymentBill bill : bills) {
      billed = billed.add(coins(bill.total().units()));
      // What the hub's account, which is empty at first, cannot pay stays owed.
      for (DeploymentBill.Item item : bill.leases()) {
        back =
            back.add(
                item.compensation()
                    .filter(DeploymentBill.Compensation::paid)
                    .map(its -> coins(its.units()))
                    .orElse(BigDecimal.ZERO));
      }
    }
    assertThat(billed).isPositive();
    return new BigDecimal(1000).subtract(billed).add(back);
  }

  private void assertEarned(int home, List<DeploymentBill> bills) {
    BigDecimal billed = BigDecimal.ZERO;
    for (DeploymentBill bill : bills) {
      for (DeploymentBill.Host host : bill.hosts()) {
        for (DeploymentBill.Item item : bill.leases()) {
          if (host.name().equals("home-" + home) && item.host().equals(host.id())) {
            billed = billed.add(coins(item.units()));
          }
        }
      }
    }
    Earnings earnings =
        cloud
            .operator()
            .json(Earnings.class, "host", "earnings", "--data=" + cloud.hostFolder(home));
    BigDecimal net = new BigDecimal(earnings.leases().net());
    assertThat(earnings.openLeases()).isZero();
    assertThat(net.add(new BigDecimal(earnings.leases().fee()))).isEqualByComparingTo(billed);
    assertThat(new BigDecimal(earnings.balance())).isEqualByComparingTo(net);
  }

  private List<DeploymentBill> bills(String... deployments) {
    return Stream.of(deployments)
        .map(name -> ana.json(DeploymentBill.class, "deployment", "bill", name))
        .toList();
  }

  private static BigDecimal coins(String units) {
    return new BigDecimal(units).movePointLeft(18);
  }

  /** In the test's output, since it takes minutes. */
  private static void step(String what) {
    System.out.println(Instant.now() + " " + what);
  }

  private static void pause(long milliseconds) {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private List<InstanceView> instances() {
    return ana.jsonList(InstanceView.class, "instance", "ls");
  }

  private Map<String, InstanceView> byName() {
    return instances().stream().collect(Collectors.toMap(InstanceView::name, Function.identity()));
  }

  private InstanceView instance(String name) {
    return Optional.ofNullable(byName().get(name)).orElseThrow();
  }

  /** Where instances are and how often they were put somewhere. */
  private Map<String, String> places() {
    return instances().stream()
        .collect(
            Collectors.toMap(
                InstanceView::name,
                each -> hostOf(each) + ", generation " + each.generation(),
                (one, other) -> one,
                TreeMap::new));
  }

  private static String hostOf(InstanceView instance) {
    return instance.place().map(InstanceView.Place::hostName).orElse("none");
  }

  private static int home(InstanceView instance) {
    return Integer.parseInt(hostOf(instance).substring("home-".length()));
  }

  private List<InstanceView> on(int home) {
    return instances().stream().filter(each -> hostOf(each).equals("home-" + home)).toList();
  }

  private void awaitReady(String... deployments) {
    Await.until(
        "all are ready",
        () -> {
          List<DeploymentView> all = new ArrayList<>();
          for (String name : deployments) {
            all.add(ana.json(DeploymentView.class, "deployment", "show", name));
          }
          return new Await.Look(
              all.stream().allMatch(each -> each.state() == DeploymentView.State.RUNNING), all);
        });
  }

  private void awaitMoved(int home, List<InstanceView> there) {
    Await.until(
        "instances of home " + home + " run elsewhere",
        () -> {
          Map<String, InstanceView> now = byName();
          return new Await.Look(
              there.stream()
                  .map(each -> Optional.ofNullable(now.get(each.name())).orElseThrow())
                  .allMatch(each -> each.isReady() && !hostOf(each).equals("home-" + home)),
              now.values());
        });
  }

  private void assertMovedWithData(List<InstanceView> there, Map<String, InstanceView> before) {
    for (InstanceView each : there) {
      assertThat(instance(each.name()).address())
          .isEqualTo(Optional.ofNullable(before.get(each.name())).orElseThrow().address());
      if (each.name().startsWith("web-")) {
        assertThat(on(each.name(), "hostname; cat /var/www/html/index.html"))
            .isEqualTo(each.name() + "\nof " + each.name());
      }
    }
  }

  private void awaitNoContainers() {
    Await.until(
        "nothing of ours is left in the engines",
        () -> {
          List<String> left = new ArrayList<>();
          for (int home = 1; home <= HomesCloud.HOMES; home++) {
            left.addAll(cloud.containers(home, "{{.Names}}", "--all"));
          }
          return new Await.Look(left.isEmpty(), left);
        });
  }

  /** Until each instance has one container over all homes, which runs. */
  private void awaitOnce() {
    List<String> names =
        instances().stream().map(each -> each.name() + "." + each.deployment()).sorted().toList();
    Await.until(
        "each instance is there once",
        () -> {
          List<String> all = new ArrayList<>();
          for (int home = 1; home <= HomesCloud.HOMES; home++) {
            all.addAll(cloud.containers(home, "{{.Label \"cloud.zansoc.name\"}}", "--all"));
          }
          return new Await.Look(
              all.stream().sorted().toList().equals(names) && cloud.running().equals(names), all);
        });
  }

  /** Until what was written until now is in a snapshot of each volume there. */
  private void awaitSnapshots(List<InstanceView> there) {
    Instant now = Instant.now();
    List<String> users =
        there.stream().map(each -> each.deployment() + "/" + each.name()).sorted().toList();
    Await.until(
        "snapshots are taken",
        () -> {
          // That of a volume which nobody writes to keeps its time.
          there.forEach(each -> on(each.name(), "date >" + volume(each) + "/written"));
          List<VolumeView> volumes = ana.jsonList(VolumeView.class, "volume", "ls");
          List<String> safe =
              volumes.stream()
                  .flatMap(volume -> volume.use().stream())
                  .filter(use -> use.safeUntil().filter(now::isBefore).isPresent())
                  .map(VolumeView.Use::instance)
                  .filter(users::contains)
                  .sorted()
                  .toList();
          return new Await.Look(safe.equals(users), volumes);
        });
  }

  private static String volume(InstanceView instance) {
    return instance.name().startsWith("web-") ? "/var/www/html" : "/srv/rows";
  }

  private static String sql(String statement) {
    return "psql -h /tmp -U postgres -qtA -v ON_ERROR_STOP=1 -c '" + statement + "'";
  }

  private void insert(int from, int to) {
    on("db-1", sql("insert into rows select generate_series(%d, %d)".formatted(from, to)));
  }

  /** How many rows there are; waits for a database that recovers. */
  private long rows() {
    String[] count = {""};
    Await.until(
        "the database answers",
        () -> {
          NatHomes.Said said = ssh("db-1", sql("select count(*) from rows"));
          count[0] = said.text();
          return new Await.Look(said.exit() == 0, said.text());
        });
    return Long.parseLong(count[0]);
  }

  private String endpoint() {
    return ana.json(DeploymentView.class, "deployment", "show", "web")
        .endpoints()
        .getFirst()
        .address();
  }

  /** What a command prints that OpenSSH runs in an instance, and that must succeed. */
  private String on(String instance, String command) {
    NatHomes.Said said = ssh(instance, command);
    assertThat(said.exit()).as("%s: %s: %s", instance, command, said.text()).isZero();
    return said.text();
  }

  private NatHomes.Said ssh(String instance, String command) {
    return cloud.inHub(sshLine(key, instance, command));
  }

  private String[] sshLine(Path identity, String instance, String command) {
    return new String[] {
      "ssh",
      "-i" + identity,
      "-p2222",
      "-oIdentitiesOnly=yes",
      "-oBatchMode=yes",
      "-oLogLevel=ERROR",
      "-oStrictHostKeyChecking=accept-new",
      "-oUserKnownHostsFile=" + cloud.folder().resolve("known_hosts"),
      instance + "@" + NatHomes.HUB,
      command
    };
  }

  /** Somebody who asks the deployment's public endpoint again and again. */
  private final class Requests implements AutoCloseable {
    private final List<String> failures = new ArrayList<>();
    private final Thread thread;
    private volatile boolean over;
    private int answered;

    Requests(String address) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                while (!over) {
                  ask(address);
                  pause(200);
                }
              });
    }

    private void ask(String address) {
      NatHomes.Said said = cloud.inHub("curl", "-skS", "-m", "30", address);
      synchronized (this) {
        if (said.exit() == 0 && said.text().startsWith("of web-")) {
          answered++;
        } else {
          failures.add(Instant.now() + " " + said);
        }
      }
    }

    synchronized List<String> failures() {
      return List.copyOf(failures);
    }

    synchronized int answered() {
      return answered;
    }

    @Override
    public void close() {
      over = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
