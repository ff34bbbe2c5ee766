package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
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
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.host.ImageKeeper;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.HostConfiguration.Network;
import cloud.zansoc.host.HostConfiguration.Offer;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Orders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent and its hub over the loopback, with an engine in memory. */
final class AgentComputingTest {
  private static final InstanceId ID = new InstanceId(1, 2);
  private static final InstanceSpec SPEC = Specs.of(ID, MemoryEngine.IMAGE, "sleep", "3600");
  private static final ComputeOffer.Capacity LENT =
      new ComputeOffer.Capacity(2_000, ByteSize.ofGibibytes(1), ByteSize.ofGibibytes(10), 0);

  @TempDir private Path temporary;
  private final ControllingHub hub = new ControllingHub();
  private final MemoryEngine engine = new MemoryEngine(InstantSource.system());
  private final Instant paid = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.MILLIS);
  private HostFolder folder = HostFolder.ofUser();

  @BeforeEach
  void join() throws IOException {
    folder = new HostFolder(temporary.resolve("host"));
    Files.createDirectories(folder.path());
    configure(LENT);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private void configure(ComputeOffer.Capacity lent) throws IOException {
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
            Optional.of(
                new Compute(
                    Compute.DEFAULT_ENGINE,
                    lent,
                    Compute.DEFAULT_PRICES,
                    Compute.DEFAULT_SHORTEST,
                    Optional.empty()))),
        folder.configuration());
  }

  private Agent start() {
    return Agent.start(folder, "test", (place, lent) -> Computing.Parts.of(engine));
  }

  private InstanceOrder wanted(InstanceSpec spec, long revision, Wanted wanted) {
    return new InstanceOrder(spec, 1, revision, wanted, paid, paid, Optional.empty());
  }

  private static InstanceStatus order(HostLink link, InstanceOrder order) {
    return Json.read(
        link.order(Orders.INSTANCE, Json.write(order), ControllingHub.TIMEOUT),
        InstanceStatus.class);
  }

  private static List<InstanceStatus> statuses(HostLink link, byte[] body) {
    return Json.readList(
        link.order(Orders.INSTANCES, body, ControllingHub.TIMEOUT), InstanceStatus.class);
  }

  private static void awaitState(HostLink link, State state) {
    Await.until(
        "an instance that is " + state,
        () -> statuses(link, new byte[0]),
        seen -> seen.size() == 1 && seen.getFirst().state() == state);
  }

  private static ComputeOffer offer(HostLink link) {
    return ControllingHub.heartbeat(link, false, false).compute().orElseThrow();
  }

  @Test
  void offer_imagesFromStorage_onlyWhereTheHostCanHaveThem() throws InterruptedException {
    ImageKeeper stored =
        new ImageKeeper() {
          @Override
          public boolean takesStored() {
            return true;
          }

          @Override
          public String fetch(String image, Consumer<String> progress) {
            return image;
          }

          @Override
          public void keep(Set<String> used) {}
        };
    Computing.Parts parts =
        new Computing.Parts(
            engine, stored, Optional.empty(), Optional.empty(), List.of(), List.of());
    try (Agent agent = Agent.start(folder, "test", (place, lent) -> parts)) {
      HostLink link = hub.awaitHost();
      Await.until("its engine", () -> offer(link).engine(), "memory 1"::equals);

      assertThat(offer(link).features())
          .containsExactlyInAnyOrder(
              ComputeOffer.Feature.DISK_LIMIT, ComputeOffer.Feature.STORED_IMAGES);
      assertThat(agent.status().load()).isPresent();
    }
  }

  @Test
  void order_instance_runsAndIsInTheHeartbeat() throws InterruptedException {
    try (Agent agent = start()) {
      HostLink link = hub.awaitHost();
      Await.until("its engine", () -> offer(link).engine(), "memory 1"::equals);

      assertThat(order(link, wanted(SPEC, 1, Wanted.RUNNING)).state()).isEqualTo(State.PREPARING);
      awaitState(link, State.RUNNING);

      HostStatus status = ControllingHub.heartbeat(link, false, false);
      assertThat(status.instances()).isEqualTo(1);
      ComputeOffer offer = status.compute().orElseThrow();
      assertThat(offer.all()).isEqualTo(LENT);
      assertThat(offer.free().milliVcpus()).isEqualTo(1_500);
      assertThat(offer.features()).containsExactly(ComputeOffer.Feature.DISK_LIMIT);
      assertThat(offer.prices()).isEqualTo(Compute.DEFAULT_PRICES);
      assertThat(agent.status().load()).isPresent();
    }
    try (Agent again = start()) {
      HostLink link = hub.awaitHost();
      awaitState(link, State.RUNNING);
      order(link, wanted(SPEC, 2, Wanted.REMOVED));
      awaitState(link, State.REMOVED);
      assertThat(engine.instances()).isEmpty();
      assertThat(statuses(link, Json.write(List.of(ID)))).hasSize(1);
      assertThat(statuses(link, Json.write(List.of()))).isEmpty();
      assertThat(again.status().load()).isEmpty();
    }
  }

  @Test
  void order_pausedHostOrTooLargeOrBroken_isRefused() throws Exception {
    try (Agent agent = start()) {
      HostLink link = hub.awaitHost();
      ControllingHub.heartbeat(link, true, false);
      refuses(ErrorCode.HOST_PAUSED, "paused", () -> order(link, wanted(SPEC, 1, Wanted.RUNNING)));
      ControllingHub.heartbeat(link, false, false);
      order(link, wanted(SPEC, 1, Wanted.RUNNING));
      InstanceSpec second =
          Specs.of(new InstanceId(3, 4), MemoryEngine.IMAGE, "cat")
              .resized(new InstanceSize(2_000, ByteSize.ofMebibytes(64), new ByteSize(0), 0));
      refuses(
          ErrorCode.NO_SPACE,
          "it lacks 0.5 of 2 vCPUs",
          () -> order(link, wanted(second, 1, Wanted.RUNNING)));
      refuses(
          ErrorCode.INVALID_ARGUMENT,
          "spec",
          () ->
              link.order(
                  Orders.INSTANCE, "{}".getBytes(StandardCharsets.UTF_8), ControllingHub.TIMEOUT));
      configure(new ComputeOffer.Capacity(4_000, LENT.memory(), LENT.disk(), 0));
      ControllingHub.heartbeat(link, false, false);
      assertThat(order(link, wanted(second, 1, Wanted.RUNNING)).generation()).isEqualTo(1);
      assertThat(agent.status().load()).isPresent();
    }
  }

  @Test
  void stream_exec_runsInTheInstance() throws Exception {
    try (Agent agent = start()) {
      HostLink link = hub.awaitHost();
      order(link, wanted(SPEC, 1, Wanted.RUNNING));
      awaitState(link, State.RUNNING);
      byte[] request =
          Json.write(new ExecStart(ID, List.of("echo", "hello"), Map.of(), Optional.empty()));
      try (ControlStream stream = link.open(ExecStart.STREAM, request, ControllingHub.TIMEOUT)) {
        ExecFrames.Reader reader = new ExecFrames.Reader(stream.input());
        assertThat(reader.next().orElseThrow())
            .isInstanceOfSatisfying(
                ExecFrame.Stdout.class,
                out -> assertThat(out.bytes()).asString().isEqualTo("hello\n"));
        assertThat(reader.next()).contains(new ExecFrame.Exit(0));
        assertThat(reader.next()).isEmpty();
      }
      assertThat(agent.status().pid()).isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void stream_hubHangsUp_endsTheCommand() throws Exception {
    try (Agent agent = start()) {
      HostLink link = hub.awaitHost();
      order(link, wanted(SPEC, 1, Wanted.RUNNING));
      awaitState(link, State.RUNNING);
      int before = engine.statistics(ID).processes();
      byte[] request =
          Json.write(new ExecStart(ID, List.of("sleep", "3600"), Map.of(), Optional.empty()));
      ControlStream stream = link.open(ExecStart.STREAM, request, ControllingHub.TIMEOUT);
      assertThat(engine.statistics(ID).processes()).isEqualTo(before + 1);

      link.close();

      Await.until(
          "the command's end",
          () -> engine.statistics(ID).processes(),
          processes -> processes == before);
      stream.close();
      assertThat(agent.status().pid()).isPositive();
    }
  }

  @Test
  void engine_thatCannotBeReached_isSaidAndOrdersAreKept() throws Exception {
    engine.goAway();
    try (Agent agent = start()) {
      HostLink link = hub.awaitHost();
      assertThat(offer(link).engine()).isEqualTo("none that answers");
      assertThat(offer(link).free().milliVcpus()).isZero();
      order(link, wanted(SPEC, 1, Wanted.RUNNING));
      Await.until(
          "a reason",
          () -> statuses(link, new byte[0]).getFirst().reason(),
          reason -> reason.contains("does not answer"));
      engine.recover();
      awaitState(link, State.RUNNING);
      assertThat(agent.status().load()).isPresent();
    }
  }

  @Test
  void order_hostThatLendsNoComputing_isRefused() throws Exception {
    String text = Files.readString(folder.configuration());
    Files.writeString(folder.configuration(), text.replaceAll("compute\\..*\n", ""));
    try (Agent agent = start()) {
      HostLink link = hub.awaitHost();
      refuses(
          ErrorCode.UNSUPPORTED,
          "lends no computing",
          () -> order(link, wanted(SPEC, 1, Wanted.RUNNING)));
      assertThat(ControllingHub.heartbeat(link, false, false).compute()).isEmpty();
      assertThat(agent.status().load()).isPresent();
    }
  }

  private static void refuses(ErrorCode code, String text, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
