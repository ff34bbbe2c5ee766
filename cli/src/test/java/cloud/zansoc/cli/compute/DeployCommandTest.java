package cloud.zansoc.cli.compute;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Run;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.hub.HubConfigurationFile;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real hub without a ledger, whose hosts do at once as they are told. */
final class DeployCommandTest {
  @TempDir private Path folder;
  private final List<LendingHost> hosts = new ArrayList<>();
  private Hub hub;
  private Profile profile;

  @BeforeEach
  void start() throws InterruptedException {
    Path data = folder.resolve("hub");
    hub =
        Hub.start(
            HubConfigurationFile.read(
                data,
                Map.of("bind", "127.0.0.1", "api-port", "0", "peer-port", "0", "ssh-port", "0")));
    profile = new Profile(folder.resolve("profile"));
    run("login", "127.0.0.1:" + hub.apiPort(), "--hub-data=" + data).ok();
    for (int i = 1; i <= 3; i++) {
      hosts.add(new LendingHost(hub, data, "home-" + i));
    }
    awaitHosts();
  }

  @AfterEach
  void stop() {
    hosts.forEach(LendingHost::close);
    hub.close();
  }

  private Run run(String... arguments) {
    return Run.with(profile, arguments);
  }

  private static <T> T json(Run run, Class<T> type) {
    return Json.read(run.ok().out().getBytes(StandardCharsets.UTF_8), type);
  }

  /** Until the hub has heard from all of them what they lend. */
  private void awaitHosts() throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      Run run =
          run("deploy", "--name=probe", "--image=x", "--replicas=3", "--spread=hosts", "--dry-run");
      if (run.exit() == 0) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError(
        run("deploy", "--name=probe", "--image=x", "--replicas=3", "--spread=hosts", "--dry-run")
            .err());
  }

  @Test
  void deploy_fromPlanToRemoval_isShownAndDone() throws IOException, InterruptedException {
    Path file = folder.resolve("shop.yaml");
    Files.writeString(
        file,
        """
        name: shop
        services:
          web: {image: "debian:12", cpu: 0.5, memory: 512MiB, replicas: 3, spread: networks}
          db: {image: "debian:12", cpu: 2, memory: 2GiB}
        """);

    Run plan = run("deploy", file.toString(), "--dry-run").ok();
    assertThat(plan.out())
        .contains("INSTANCE", "web-1", "web-3", "db-1", "home-1", "zone=home-2")
        .containsPattern("total +0\\.0")
        .contains("elsewhere  AWS ", "times as much at least", "this hub has no ledger");
    assertThat(run("deployment", "ls", "--json").ok().out().strip()).isEqualTo("[]");

    Run deployed = run("deploy", file.toString(), "--yes").ok();
    assertThat(deployed.out()).contains("web-3", "running", "home-3");
    assertThat(deployed.err())
        .containsPattern("web-1 +ready on home-")
        .contains("zansoc ssh ")
        .contains("zansoc deployment show shop");

    assertThat(run("deployment", "ls").ok().out()).containsPattern("shop +running +4/4 +web,db");
    assertThat(run("deployment", "show", "shop").ok().out())
        .contains("3 of 3 ready", "db-1", "bill ", "asked for");
    assertThat(run("instance", "ls", "shop").ok().out()).contains("web-2").contains("db-1");

    DeploymentView scaled =
        json(run("deployment", "scale", "shop", "web=1", "--json"), DeploymentView.class);
    assertThat(scaled.services().getFirst().replicas()).isEqualTo(1);
    assertThat(run("deployment", "scale", "shop", "1").err()).contains("write for example web=3");
    assertThat(run("deployment", "scale", "shop", "web=many").exit()).isEqualTo(2);

    Run resized = run("instance", "resize", "web-1", "--cpu=1", "--json");
    assertThat(json(resized, InstanceView.class).size().milliVcpus()).isEqualTo(1_000);
    assertThat(run("instance", "resize", "web-1").err()).contains("--cpu, --memory or both");
    Run huge = run("instance", "resize", "web-1", "--cpu=64");
    assertThat(huge.exit()).isEqualTo(8);
    assertThat(huge.err()).contains("64 vCPUs", "the nearest", "web-1 keeps its size");
    assertThat(run("instance", "stop", "db-1.shop").ok().out()).contains("is to be stopped");
    assertThat(run("instance", "start", "db-1.shop").ok().out()).contains("is to be started");
    assertThat(run("instance", "show", "db-1").ok().out())
        .contains("name        db-1.shop", "size        2 vCPU");

    assertThat(run("deployment", "rm", "shop").err()).contains("give --yes");
    run("deployment", "rm", "shop", "--yes").ok();
    for (int i = 0; i < 300 && !run("deployment", "ls", "--json").out().strip().equals("[]"); i++) {
      Thread.sleep(100);
    }
    assertThat(run("deployment", "ls", "--json").out().strip()).isEqualTo("[]");
    assertThat(run("deployment", "show", "shop").exit()).isEqualTo(4);
  }

  @Test
  void deploy_ofACommandThatEnds_waitsNoLongerAndSaysHowItEnded() {
    Run done = run("deploy", "--name=job", "--image=x", "--restart=never", "--yes", "exit", "0");
    assertThat(done.ok().out()).contains("job-1", "stopped");
    assertThat(done.err()).doesNotContain("zansoc ssh");

    Run failed = run("deploy", "--name=bad", "--image=x", "--restart=never", "--yes", "exit", "3");
    assertThat(failed.exit()).isEqualTo(5);
    assertThat(failed.err())
        .contains("the command of bad-1.bad has ended with exit code 3")
        .contains("zansoc instance logs bad-1.bad");

    run("deployment", "scale", "bad", "bad=2", "--timeout=1m");
    Run taken = run("deploy", "--name=bad", "--image=x", "--dry-run");
    assertThat(taken.exit()).isEqualTo(5);
    assertThat(taken.err()).contains("there is a deployment 'bad' already");
  }

  @Test
  void deploy_ofWhatCannotBeMet_namesWhatIsMissingAndDeploysNothing() {
    Run networks =
        run("deploy", "--name=web", "--image=x", "--replicas=4", "--spread=networks", "--yes");
    assertThat(networks.exit()).isEqualTo(8);
    assertThat(networks.err())
        .contains("needs 4 networks for a replica each: the 3 hosts that fit are in 3; 1 too few")
        .contains("nothing was deployed");

    Run price =
        run("deploy", "--name=web", "--image=x", "--max-price-per-hour=0.0001", "--dry-run");
    assertThat(price.exit()).isEqualTo(8);
    assertThat(price.err()).contains("the limit is 0.0001 USD");

    Run json = run("deploy", "--name=web", "--image=x", "--cpu=64", "--dry-run", "--json");
    assertThat(json.exit()).isEqualTo(8);
    DeploymentPlan plan =
        Json.read(json.out().getBytes(StandardCharsets.UTF_8), DeploymentPlan.class);
    assertThat(plan.obstacle().orElseThrow().constraint()).isEqualTo(DeploymentPlan.Constraint.CPU);
    assertThat(run("deployment", "ls", "--json").out().strip()).isEqualTo("[]");
  }

  @Test
  void deploy_ofAWrongRequest_saysWhatToWrite() throws IOException {
    Path file = folder.resolve("shop.yaml");
    Files.writeString(file, "name: shop\nimage: x\nreplica: 3\n");

    assertThat(run("deploy", file.toString()).err())
        .contains("shop.yaml:3:1: a deployment has no field 'replica': did you mean 'replicas'?");
    assertThat(run("deploy", file.toString(), "--cpu=2").err()).contains("with a file its fields");
    assertThat(run("deploy", file.toString(), "--image=x").err())
        .contains("with a file its fields");
    assertThat(run("deploy", folder.resolve("no.yaml").toString()).err())
        .contains("no.yaml: there is no such file")
        .doesNotContain("Exception");
    assertThat(run("deploy", folder.toString()).err())
        .contains(folder + ": Is a directory")
        .doesNotContain("Exception");
    Run mistyped = run("deploy", "--image=x", "--name=a", "--disk=5apples");
    assertThat(mistyped.exit()).isEqualTo(2);
    assertThat(mistyped.err().lines())
        .singleElement()
        .asString()
        .startsWith("zansoc: ")
        .contains("'5apples' is not a size")
        .contains("zansoc deploy --help");
    assertThat(run("deploy").err()).contains("--image debian:12");
    assertThat(run("deploy", "--image=x").err()).contains("--name web");
    assertThat(run("deploy", "--image=x", "--name=a", "--secret=KEY=abc").err())
        .contains("seen by everybody")
        .doesNotContain("abc");
    assertThat(run("deploy", "--image=x", "--name=a", "--port=99999").err()).contains("--port: ");
    assertThat(run("deploy", "--image=x", "--name=a", "--spread=host").err())
        .contains("did you mean 'hosts'?");
    assertThat(run("deploy", "--image=x", "--name=a", "--health=ping").err())
        .contains("--health: 'ping' is not a health check");
    assertThat(run("deploy", "--image=x", "--name=a").err()).contains("give --yes");
  }
}
