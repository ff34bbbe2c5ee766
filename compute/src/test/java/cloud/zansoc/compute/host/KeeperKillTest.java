package cloud.zansoc.compute.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a program that keeps instances, at random moments, while orders come; its engine goes on.
 * What it had said to have taken must be kept, and in the end everything is as ordered last.
 */
final class KeeperKillTest {
  private static final int KILLS = 25;
  private static final int INSTANCES = 5;
  private static final int MOST_LINES = 60;
  private static final long SEED = new Random().nextLong();

  private final Instant paid = Instant.now().plusSeconds(86_400).truncatedTo(ChronoUnit.MILLIS);
  private final Random random = new Random(SEED);
  private final MemoryEngine engine = new MemoryEngine(InstantSource.system());
  private final Map<InstanceId, InstanceOrder> sent = new HashMap<>();
  private final Map<InstanceId, InstanceOrder> taken = new HashMap<>();
  private int answers;

  @Test
  void keeper_killedAtRandomMoments_keepsWhatItTookAndConverges(@TempDir Path folder)
      throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      live(folder, random.nextInt(MOST_LINES));
      try {
        check(folder);
      } catch (AssertionError e) {
        throw new AssertionError("seed " + SEED + ", kill " + kill, e);
      }
    }
    live(folder, Integer.MAX_VALUE);
    check(folder);
    System.out.println(KILLS + " kills, " + answers + " orders taken");
    assertThat(answers).isGreaterThan(KILLS);
  }

  /** Runs the program until that many of its lines were read, or all is as ordered. */
  private void live(Path folder, int lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledKeeper.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
        PrintWriter out = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true)) {
      boolean last = lines == Integer.MAX_VALUE;
      sent.values().forEach(order -> out.println(RemoteEngine.line("order", order)));
      if (!last) {
        send(out);
      }
      for (int read = 0; read < lines && !(last && isConverged()); read++) {
        String line = in.readLine();
        assertThat(line).as("the program ended by itself").isNotNull();
        Optional<String> answer = serve(line);
        if (read < lines - 1 || random.nextBoolean()) {
          answer.ifPresent(out::println); // Else the kill comes between effect and answer.
        }
        if (!last && (answer.isEmpty() || random.nextInt(4) == 0)) {
          send(out);
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private void send(PrintWriter out) {
    InstanceOrder order = next();
    sent.put(order.spec().id(), order);
    out.println(RemoteEngine.line("order", order));
  }

  /** Does what the program wants of the engine, or notes what it has taken. */
  private Optional<String> serve(String line) {
    String json = line.substring(line.indexOf(' ') + 1);
    if (line.startsWith("call ")) {
      RemoteEngine.Call call = RemoteEngine.parse(json, RemoteEngine.Call.class);
      return Optional.of(RemoteEngine.line("answer", RemoteEngine.serve(engine, call)));
    }
    if (line.startsWith("taken ")) {
      InstanceOrder order = RemoteEngine.parse(json, InstanceOrder.class);
      taken.merge(order.spec().id(), order, (one, other) -> isOlder(one, other) ? other : one);
      answers++;
    }
    return Optional.empty();
  }

  private static boolean isOlder(InstanceOrder one, InstanceOrder other) {
    return one.generation() < other.generation()
        || (one.generation() == other.generation() && one.revision() < other.revision());
  }

  private InstanceOrder next() {
    InstanceId id = new InstanceId(9, random.nextInt(INSTANCES));
    InstanceOrder before = sent.get(id);
    if (before == null) {
      return order(id, 1, 1, Wanted.RUNNING);
    }
    if (before.wanted() == Wanted.REMOVED || random.nextInt(5) == 0) {
      return order(id, before.generation() + 1, 1, Wanted.RUNNING);
    }
    Wanted wanted = List.of(Wanted.RUNNING, Wanted.STOPPED, Wanted.REMOVED).get(random.nextInt(3));
    return order(id, before.generation(), before.revision() + 1, wanted);
  }

  private InstanceOrder order(InstanceId id, long generation, long revision, Wanted wanted) {
    InstanceSpec spec =
        Specs.of(
            id,
            MemoryEngine.IMAGE,
            Map.of("GENERATION", String.valueOf(generation)),
            List.of(),
            Specs.SIZE,
            List.of("sleep", "3600"));
    InstanceSpec always =
        new InstanceSpec(
            spec.id(),
            spec.name(),
            spec.deployment(),
            spec.tenant(),
            spec.image(),
            spec.command(),
            spec.environment(),
            spec.size(),
            spec.volumes(),
            spec.ports(),
            RestartPolicy.ALWAYS,
            spec.health());
    return new InstanceOrder(always, generation, revision, wanted, paid, paid, Optional.empty());
  }

  /** What was taken is kept, or something newer that was sent. */
  private void check(Path folder) throws IOException {
    OrderBook book = OrderBook.open(new DurableFiles(folder), Runnable::run);
    assertThat(book.all()).noneMatch(kept -> kept instanceof Kept.Damaged);
    taken.forEach((id, order) -> {
      switch (book.find(id).orElseThrow()) {
        case Kept.Ordered kept -> {
          assertThat(isOlder(kept.order(), order)).isFalse();
          assertThat(isOlder(Objects.requireNonNull(sent.get(id)), kept.order())).isFalse();
        }
        case Kept.Removed removed ->
            assertThat(removed.last().generation()).isGreaterThanOrEqualTo(order.generation());
        case Kept.Damaged damaged -> throw new AssertionError(damaged.reason());
      }
    });
  }

  private boolean isConverged() {
    for (InstanceOrder order : sent.values()) {
      InstanceId id = order.spec().id();
      Optional<EngineInstance.State> state = engine.find(id).map(EngineInstance::state);
      boolean right =
          switch (order.wanted()) {
            case RUNNING ->
                state.equals(Optional.of(EngineInstance.State.RUNNING))
                    && engine
                        .spec(id)
                        .orElseThrow()
                        .environment()
                        .equals(order.spec().environment());
            case STOPPED -> !state.equals(Optional.of(EngineInstance.State.RUNNING));
            case REMOVED -> state.isEmpty();
          };
      InstanceOrder newest = taken.get(id);
      if (!right || newest == null || isOlder(newest, order)) {
        return false;
      }
    }
    return true;
  }
}
