package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.network.NatHomes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The second trade as a whole: a hub, a chain, and four homes behind NATs that run what a client
 * deploys and pays.
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

  private HomesCloud cloud;
  private CommandsInPlace.User ana;
  private Path key;

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
  void deployments_overHomes_arePaidAndReached() throws Exception {
    try {
      journey();
    } catch (AssertionError | RuntimeException e) {
      e.addSuppressed(new AssertionError("the programs' complaints:\n" + cloud.complaints()));
      throw e;
    }
  }

  private void journey() {
    deploy();
    meetByName();
    refuseOthers();
    publish();
  }

  /** At the hub's place, as everybody reaches it. */
  private void publish() {
    String address = endpoint();
    assertThat(cloud.inHub("curl", "-sS", "-m", "20", address).text()).startsWith("of web-");
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
    assertThat(instances()).hasSize(REPLICAS + 1);
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

  /** In the test's output, since it takes minutes. */
  private static void step(String what) {
    System.out.println(Instant.now() + " " + what);
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

  private static String sql(String statement) {
    return "psql -h /tmp -U postgres -qtA -v ON_ERROR_STOP=1 -c '" + statement + "'";
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
}
