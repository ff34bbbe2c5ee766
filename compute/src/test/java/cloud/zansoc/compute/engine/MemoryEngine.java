package cloud.zansoc.compute.engine;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * An engine in memory, which passes {@link EngineContract}: its commands are those that the suite
 * names, and {@code http-server PORT STATUS}. Thread-safe.
 */
public final class MemoryEngine implements Engine {
  /** The image that is here from the beginning. */
  public static final String IMAGE = "test/base:1";

  private final Machine machine;

  /** What engines leave behind. */
  private static final class Machine {
    final ConcurrentMap<InstanceId, MemoryInstance> instances = new ConcurrentHashMap<>();
    final Set<String> images = ConcurrentHashMap.newKeySet();
    final Set<String> registry = ConcurrentHashMap.newKeySet();
    final AtomicLong processes = new AtomicLong(1_000_000);
    final InstantSource clock;
    volatile Fault fault = (operation, id) -> {};

    Machine(InstantSource clock) {
      this.clock = clock;
    }
  }

  /** Comes before and after each operation, and may throw, wait or end the program. */
  @FunctionalInterface
  public interface Fault {
    /** Before {@code operation}, named as the method. */
    void before(String operation, Optional<InstanceId> id);

    /** After it has had its effect. */
    default void after(String operation, Optional<InstanceId> id) {}
  }

  /** An engine without instances, with {@link #IMAGE}. */
  public MemoryEngine(InstantSource clock) {
    this(new Machine(clock));
    machine.images.add(IMAGE);
  }

  private MemoryEngine(Machine machine) {
    this.machine = machine;
  }

  /** Another engine for the same instances. */
  public MemoryEngine reopened() {
    return new MemoryEngine(machine);
  }

  /** From now on, what {@code fault} does happens around every operation. */
  public void fail(Fault fault) {
    machine.fault = fault;
  }

  /** From now on the engine does not answer; see {@link #recover}. */
  public void goAway() {
    fail((operation, id) -> {
      throw new ZansocException(ErrorCode.UNREACHABLE, "the engine does not answer");
    });
  }

  /** Everything works again. */
  public void recover() {
    fail((operation, id) -> {});
  }

  /** An image that can be pulled, and is not here yet. */
  public void publish(String image) {
    machine.registry.add(image);
  }

  /** The first process of a running instance ends by itself. */
  public void end(InstanceId id, int exitCode) {
    get(id).end(exitCode);
  }

  /** What an instance was made of; none where there is none. */
  public Optional<InstanceSpec> spec(InstanceId id) {
    return Optional.ofNullable(machine.instances.get(id)).map(MemoryInstance::spec);
  }

  @Override
  public EngineInventory inventory() {
    before("inventory", Optional.empty());
    return new EngineInventory(
        "memory",
        "1",
        8_000,
        ByteSize.ofGibibytes(16),
        ByteSize.ofGibibytes(100),
        List.of("Test Card"),
        List.of(),
        Set.of(
            EngineInventory.Feature.LOCAL_PROCESSES,
            EngineInventory.Feature.DISK_LIMIT,
            EngineInventory.Feature.PAUSE,
            EngineInventory.Feature.IMAGE_ARCHIVES));
  }

  @Override
  public boolean hasImage(String image) {
    before("hasImage", Optional.empty());
    return machine.images.contains(image);
  }

  @Override
  public void pullImage(String image, Consumer<String> progress) {
    before("pullImage", Optional.empty());
    if (!machine.registry.contains(image)) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no image " + image);
    }
    progress.accept("pulled " + image);
    machine.images.add(image);
    after("pullImage", Optional.empty());
  }

  @Override
  public List<String> loadImage(InputStream archive) {
    try {
      byte[] bytes = archive.readAllBytes();
      String index = Tar.files(new ByteArrayInputStream(bytes)).get("manifest.json");
      String name =
          index == null
              ? new String(bytes, StandardCharsets.UTF_8)
              : index.replaceAll("(?s).*\"RepoTags\":\\[\"([^\"]+)\"].*", "$1");
      before("loadImage", Optional.empty());
      machine.images.add(name);
      return List.of(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean removeImage(String image) {
    boolean used =
        machine.instances.values().stream().anyMatch(made -> made.spec().image().equals(image));
    if (!used) {
      machine.images.remove(image);
    }
    return !used;
  }

  @Override
  public InputStream saveImage(String image) {
    requireImage(image);
    return new ByteArrayInputStream(image.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void create(InstanceSpec spec, Map<String, Path> volumes) {
    before("create", Optional.of(spec.id()));
    requireImage(spec.image());
    machine.instances.computeIfAbsent(
        spec.id(), id -> new MemoryInstance(spec, volumes, machine.clock));
    after("create", Optional.of(spec.id()));
  }

  private void requireImage(String image) {
    if (!machine.images.contains(image)) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "the image " + image + " is not here");
    }
  }

  @Override
  public void start(InstanceId id) {
    change(
        "start",
        id,
        found -> found.start(machine.processes.incrementAndGet(), machine.clock.instant()));
  }

  @Override
  public void stop(InstanceId id, Duration grace) {
    change("stop", id, MemoryInstance::stop);
  }

  @Override
  public void pause(InstanceId id) {
    change("pause", id, MemoryInstance::pause);
  }

  @Override
  public void unpause(InstanceId id) {
    change("unpause", id, MemoryInstance::unpause);
  }

  @Override
  public void remove(InstanceId id) {
    before("remove", Optional.of(id));
    MemoryInstance removed = machine.instances.remove(id);
    if (removed != null) {
      removed.stop();
    }
    after("remove", Optional.of(id));
  }

  @Override
  public void resize(InstanceId id, InstanceSize size) {
    change("resize", id, found -> found.resize(size));
  }

  @Override
  public Optional<EngineInstance> find(InstanceId id) {
    before("find", Optional.of(id));
    return Optional.ofNullable(machine.instances.get(id)).map(MemoryInstance::seen);
  }

  @Override
  public List<EngineInstance> instances() {
    before("instances", Optional.empty());
    return machine.instances.values().stream().map(MemoryInstance::seen).toList();
  }

  @Override
  public ExecSession exec(InstanceId id, ExecRequest request) {
    before("exec", Optional.of(id));
    return get(id).exec(request);
  }

  @Override
  public PortConnection connect(InstanceId id, int port) {
    before("connect", Optional.of(id));
    return get(id).connect(port);
  }

  @Override
  public InputStream logs(InstanceId id, boolean follow, int tailLines, Optional<Instant> since) {
    before("logs", Optional.of(id));
    return get(id).logs(follow, tailLines, since);
  }

  @Override
  public InstanceStatistics statistics(InstanceId id) {
    before("statistics", Optional.of(id));
    return get(id).statistics();
  }

  @Override
  public void copyIn(InstanceId id, String folder, InputStream tar) {
    before("copyIn", Optional.of(id));
    get(id).files().unpack(folder, tar);
  }

  @Override
  public InputStream copyOut(InstanceId id, String path) {
    before("copyOut", Optional.of(id));
    return get(id).files().pack(path);
  }

  @Override
  public void close() {
    // Instances run on.
  }

  private void change(String operation, InstanceId id, Consumer<MemoryInstance> change) {
    before(operation, Optional.of(id));
    change.accept(get(id));
    after(operation, Optional.of(id));
  }

  private void before(String operation, Optional<InstanceId> id) {
    machine.fault.before(operation, id);
  }

  private void after(String operation, Optional<InstanceId> id) {
    machine.fault.after(operation, id);
  }

  private MemoryInstance get(InstanceId id) {
    MemoryInstance found = machine.instances.get(id);
    if (found == null) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no instance " + id);
    }
    return found;
  }
}
