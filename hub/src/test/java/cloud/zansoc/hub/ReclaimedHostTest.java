package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.compute.api.DeploymentRequest;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.ServiceSpec.Spread;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.NodeView;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose owner wants it back, with a hub that is started again meanwhile. */
final class ReclaimedHostTest {
  private static final String HOST = "attic";

  @TempDir private Path folder;
  private final int peerPort = EndpointsTest.freePort();
  private RunningHub hub;
  private ComputingHost host;

  @BeforeEach
  void start() {
    hub = newHub();
    host = new ComputingHost(hub, folder.resolve(HOST), HOST);
  }

  private RunningHub newHub() {
    return new RunningHub(
        RunningHub.configuration(
            folder.resolve("hub"),
            new HubConfiguration.Listening(
                "127.0.0.1", 0, peerPort, Optional.empty(), Optional.empty()),
            ComputeSettings.DEFAULT));
  }

  @AfterEach
  void stop() {
    host.close();
    hub.close();
  }

  private NodeView act(String action, Optional<String> grace) {
    return hub.operator()
        .call(
            ApiCall.post("/v1/nodes/{node}/" + action, HOST).query("grace", grace), NodeView.class);
  }

  private DeploymentView await(InstanceView.State state) {
    ComputeHub api = new ComputeHub(hub.operator());
    return Await.until(
        "an instance that is " + state,
        () -> api.deployment("shop"),
        view -> view.instances().size() == 1 && view.instances().getFirst().state() == state);
  }

  private static List<String> events(DeploymentView view) {
    return view.events().stream().map(DeploymentEvent::text).toList();
  }

  @Test
  void clear_withoutAnotherHost_stopsItsInstancesAtItsTimeThoughTheHubWasAway() {
    ComputeHub api = new ComputeHub(hub.operator());
    DeploymentSpec spec =
        new DeploymentSpec(
            "shop",
            List.of(
                new ServiceSpec(
                    "web",
                    MemoryEngine.IMAGE,
                    List.of("sleep", "forever"),
                    Map.of(),
                    Map.of(),
                    Specs.SIZE,
                    1,
                    Spread.HOSTS,
                    Map.of(),
                    List.of(),
                    List.of(),
                    RestartPolicy.ALWAYS,
                    Optional.empty())),
            false,
            Optional.empty(),
            Optional.empty());
    Await.until("a host", () -> api.plan(spec).obstacle(), Optional::isEmpty);
    api.deploy(new DeploymentRequest(spec, Optional.empty()));
    await(InstanceView.State.RUNNING);

    Instant back = act("clear", Optional.of("5s")).reclaimed().orElseThrow();
    assertThat(events(await(InstanceView.State.RUNNING)))
        .anyMatch(text -> text.contains("the owner of its host attic has it back at " + back));
    hub.close();
    hub = newHub();

    DeploymentView stopped = await(InstanceView.State.STOPPED);
    assertThat(Instant.now()).isAfter(back);
    assertThat(events(stopped))
        .anyMatch(text -> text.contains("its host attic is its owner's again"));
    assertThat(stopped.instances().getFirst().keptUntil()).isPresent();
    assertThat(
            hub.operator().call(ApiCall.get("/v1/nodes/{node}", HOST), NodeView.class).reclaimed())
        .contains(back);

    assertThat(act("resume", Optional.empty()).reclaimed()).isEmpty();
    assertThat(
            await(InstanceView.State.RUNNING)
                .instances()
                .getFirst()
                .place()
                .orElseThrow()
                .hostName())
        .isEqualTo(HOST);
  }
}
