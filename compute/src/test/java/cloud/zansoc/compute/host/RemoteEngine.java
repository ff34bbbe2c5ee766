package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.compute.engine.InstanceStatistics;
import cloud.zansoc.net.http.Json;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An engine in another process, which outlives this one: calls and answers are lines of JSON. */
final class RemoteEngine {
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
  private final Consumer<Call> send;

  /** What is asked; only what the method needs is there. */
  record Call(
      long number,
      String method,
      Optional<InstanceId> id,
      Optional<InstanceSpec> spec,
      String image) {}

  /** What comes back. */
  record Answer(
      long number,
      Optional<String> failure,
      boolean yes,
      List<EngineInstance> instances,
      Optional<EngineInventory> inventory,
      Optional<InstanceStatistics> statistics) {}

  RemoteEngine(Consumer<Call> send) {
    this.send = send;
  }

  void answer(Answer answer) {
    CompletableFuture<Answer> future = waiting.remove(answer.number());
    if (future != null) {
      future.complete(answer);
    }
  }

  Engine engine() {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> call(method.getName(), arguments));
  }

  private @Nullable Object call(String method, Object @Nullable [] arguments) {
    Object first = arguments == null ? "" : arguments[0];
    Call call =
        new Call(
            numbers.incrementAndGet(),
            method,
            first instanceof InstanceId id ? Optional.of(id) : Optional.empty(),
            first instanceof InstanceSpec spec ? Optional.of(spec) : Optional.empty(),
            first instanceof String image ? image : "");
    CompletableFuture<Answer> future = new CompletableFuture<>();
    waiting.put(call.number(), future);
    send.accept(call);
    Answer answer = future.join();
    answer
        .failure()
        .ifPresent(failure -> {
          throw new ZansocException(ErrorCode.UNREACHABLE, failure);
        });
    return switch (method) {
      case "inventory" -> answer.inventory().orElseThrow();
      case "hasImage" -> answer.yes();
      case "find" -> answer.instances().stream().findFirst();
      case "instances" -> answer.instances();
      case "statistics" -> answer.statistics().orElseThrow();
      default -> null;
    };
  }

  /** The other side: what {@code engine} says to a call. */
  static Answer serve(Engine engine, Call call) {
    try {
      return switch (call.method()) {
        case "inventory" ->
            new Answer(
                call.number(),
                Optional.empty(),
                false,
                List.of(),
                Optional.of(engine.inventory()),
                Optional.empty());
        case "statistics" ->
            new Answer(
                call.number(),
                Optional.empty(),
                false,
                List.of(),
                Optional.empty(),
                Optional.of(engine.statistics(call.id().orElseThrow())));
        case "hasImage" -> answer(call, engine.hasImage(call.image()), List.of());
        case "find" -> answer(call, false, engine.find(call.id().orElseThrow()).stream().toList());
        case "instances" -> answer(call, false, engine.instances());
        default -> {
          change(engine, call);
          yield answer(call, false, List.of());
        }
      };
    } catch (ZansocException e) {
      return new Answer(
          call.number(),
          Optional.of(String.valueOf(e.getMessage())),
          false,
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
  }

  private static void change(Engine engine, Call call) {
    switch (call.method()) {
      case "create" -> engine.create(call.spec().orElseThrow(), Map.of());
      case "start" -> engine.start(call.id().orElseThrow());
      case "stop" -> engine.stop(call.id().orElseThrow(), Duration.ZERO);
      case "remove" -> engine.remove(call.id().orElseThrow());
      case "close" -> {}
      default -> throw new AssertionError("the keeper calls " + call.method());
    }
  }

  private static Answer answer(Call call, boolean yes, List<EngineInstance> instances) {
    return new Answer(
        call.number(), Optional.empty(), yes, instances, Optional.empty(), Optional.empty());
  }

  static <T> T parse(String line, Class<T> type) {
    return Json.read(line.getBytes(StandardCharsets.UTF_8), type);
  }

  static String line(String kind, Object value) {
    return kind + " " + new String(Json.write(value), StandardCharsets.UTF_8);
  }
}
