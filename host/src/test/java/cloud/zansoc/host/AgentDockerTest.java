package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.ExecFrame;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.compute.api.ExecStart;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceStatus.State;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.engine.docker.BaseImage;
import cloud.zansoc.compute.engine.docker.DockerDaemon;
import cloud.zansoc.compute.engine.docker.DockerEngine;
import cloud.zansoc.compute.engine.docker.DockerSettings;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.HostConfiguration.Network;
import cloud.zansoc.host.HostConfiguration.Offer;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.Orders;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent, its hub, and a real dockerd. */
final class AgentDockerTest {
  private static final InstanceId ID = new InstanceId(1, 2);
  private static final InstanceSpec SPEC = Specs.of(ID, BaseImage.NAME, "sleep", "3600");

  @Test
  void instance_fromOrderToLeaving_outlivesTheAgentAndLeavesNothing(@TempDir Path temporary)
      throws Exception {
    HostFolder folder = new HostFolder(temporary);
    Files.createDirectories(folder.path());
    Compute compute =
        new Compute(
            URI.create(DockerDaemon.shared().address()),
            new ComputeOffer.Capacity(2_000, ByteSize.ofGibibytes(1), ByteSize.ofGibibytes(10), 0),
            Compute.DEFAULT_PRICES,
            Compute.DEFAULT_SHORTEST,
            Optional.empty());
    try (ControllingHub hub = new ControllingHub();
        DockerEngine engine =
            DockerEngine.connect(
                DockerSettings.of(
                    Identity.loadOrCreate(folder.identity()).id(),
                    Optional.of(DockerDaemon.shared().address())))) {
      BaseImage.loadInto(engine);
      configure(folder, hub, compute);

      Optional<Long> process;
      try (Agent agent = Agent.start(folder, "test")) {
        HostLink link = hub.awaitHost();
        order(link, 1, SPEC, Wanted.RUNNING, 3_600);
        await(link, State.RUNNING);
        process = engine.find(ID).orElseThrow().process();
        assertThat(exec(link)).isEqualTo("hello\n");
        Await.until(
            "its engine",
            () -> ControllingHub.heartbeat(link, false, false).compute().orElseThrow().engine(),
            name -> name.startsWith("docker "));
        assertThat(agent.status().load()).isPresent();
      }
      assertThat(engine.find(ID).orElseThrow().process()).isEqualTo(process);

      try (Agent again = Agent.start(folder, "test")) {
        HostLink link = hub.awaitHost();
        InstanceSize larger =
            new InstanceSize(1_000, ByteSize.ofMebibytes(128), Specs.SIZE.disk(), 0);
        order(link, 2, SPEC.resized(larger), Wanted.RUNNING, 3_600);
        Await.until(
            "more memory",
            () -> engine.statistics(ID).memoryLimit(),
            limit -> limit.equals(larger.memory()));
        assertThat(engine.find(ID).orElseThrow().process()).isEqualTo(process);

        order(link, 3, SPEC.resized(larger), Wanted.RUNNING, 3);
        await(link, State.STOPPED);
        assertThat(engine.find(ID).orElseThrow().state()).isEqualTo(EngineInstance.State.EXITED);
        assertThat(again.status().pid()).isPositive();
      }
      assertThat(Engines.removeAll(folder, compute)).isEqualTo(1);
      assertThat(engine.instances()).isEmpty();
      assertThat(DockerDaemon.run("nft", "list", "tables")).doesNotContain(engine.bridge());
    }
  }

  private static void configure(HostFolder folder, ControllingHub hub, Compute compute)
      throws IOException {
    HostConfigurationFile.write(
        new HostConfiguration(
            new Hub(hub.address(), hub.address(), hub.identity.publicKey()),
            "attic",
            new Offer(
                ByteSize.parse("1GB"),
                new ByteSize(0),
                Offer.DEFAULT_PRICE,
                Map.of(),
                Schedule.ALWAYS),
            Network.RELAY_ONLY,
            Optional.of(compute)),
        folder.configuration());
  }

  private static void order(
      HostLink link, long revision, InstanceSpec spec, Wanted wanted, long seconds) {
    Instant paid = Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.MILLIS);
    InstanceOrder order =
        new InstanceOrder(
            spec, 1, revision, wanted, paid, paid.plusSeconds(3_600), Optional.empty());
    link.order(Orders.INSTANCE, Json.write(order), ControllingHub.TIMEOUT);
  }

  private static void await(HostLink link, State state) {
    Await.until(
        "an instance that is " + state,
        () ->
            Json.readList(
                link.order(Orders.INSTANCES, new byte[0], ControllingHub.TIMEOUT),
                InstanceStatus.class),
        seen -> seen.size() == 1 && seen.getFirst().state() == state);
  }

  private static String exec(HostLink link) throws Exception {
    byte[] request =
        Json.write(new ExecStart(ID, List.of("echo", "hello"), Map.of(), Optional.empty()));
    try (ControlStream stream = link.open(ExecStart.STREAM, request, ControllingHub.TIMEOUT)) {
      ExecFrames.Reader reader = new ExecFrames.Reader(stream.input());
      ExecFrame.Stdout said = (ExecFrame.Stdout) reader.next().orElseThrow();
      assertThat(reader.next()).contains(new ExecFrame.Exit(0));
      return new String(said.bytes(), StandardCharsets.UTF_8);
    }
  }
}
