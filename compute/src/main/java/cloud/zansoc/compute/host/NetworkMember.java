package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.network.NebulaConfiguration;
import cloud.zansoc.compute.network.NebulaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance in its private network: Nebula in the instance's network namespace, and the names in
 * its hosts file. What it needs lies in a folder, from which the next agent goes on. Thread-safe:
 * one change at a time.
 */
final class NetworkMember {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkMember.class);
  private static final String OWNER = "instance";
  private static final String NAMES = "names";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final InstanceId id;
  private final NetworkPrograms programs;
  private final DurableFiles files;
  private final NebulaProcess nebula;
  private Optional<LocalProcess> owner;
  private Map<String, String> names;
  private boolean complained;

  /** The member that a folder tells of; one that has not joined yet where it is empty. */
  NetworkMember(InstanceId id, Path folder, NetworkPrograms programs) throws IOException {
    this.id = id;
    this.programs = programs;
    this.files = new DurableFiles(folder);
    this.nebula = new NebulaProcess(folder);
    this.owner = read(OWNER).map(LocalProcess::parse);
    this.names = read(NAMES).map(NetworkMember::parseNames).orElse(Map.of());
  }

  private Optional<String> read(String name) throws IOException {
    Path file = files.folder().resolve(name);
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  private static Map<String, String> parseNames(String text) {
    Map<String, String> names = new TreeMap<>();
    text.lines()
        .forEach(line -> {
          int space = line.indexOf(' ');
          names.put(line.substring(0, space), line.substring(space + 1));
        });
    return names;
  }

  /** Has the instance, whose first process this is, in its place. */
  synchronized void join(long process, PrivateNetwork place) {
    LocalProcess instance =
        LocalProcess.of(process)
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.NOT_FOUND,
                    "instance %s has ended before it joined its network".formatted(id)));
    if (LocalProcess.shareNetwork(process, ProcessHandle.current().pid())) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "instance %s shares this machine's network, and cannot be in a private one"
              .formatted(id));
    }
    boolean changed = nebula.configure(NebulaConfiguration.member(files.folder(), place));
    try {
      names = new TreeMap<>(place.names());
      StringBuilder text = new StringBuilder();
      names.forEach((name, address) -> text.append(name).append(' ').append(address).append('\n'));
      files.write(NAMES, text.toString().getBytes(StandardCharsets.UTF_8));
      files.write(OWNER, instance.toString().getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw failure("its place cannot be written", e);
    }
    owner = Optional.of(instance);
    if (changed && isInPlace(instance)) {
      nebula.reload();
    }
    keepUp(instance);
  }

  /** Sees to it that all is still so; ends Nebula where the instance has ended. */
  synchronized void look() {
    if (owner.isEmpty()) {
      return;
    }
    LocalProcess instance = owner.get();
    if (!instance.isAlive()) {
      nebula.stop();
      return;
    }
    try {
      keepUp(instance);
      complained = false;
    } catch (ZansocException e) {
      if (!complained) {
        LOG.warn("instance {} is not in its private network: {}", id, e.getMessage());
        complained = true;
      }
    }
  }

  private void keepUp(LocalProcess instance) {
    if (!isInPlace(instance)) {
      nebula.stop();
      String words = nebula.lastWords();
      if (!words.isEmpty()) {
        LOG.info("nebula starts again for instance {}; it ended with: {}", id, words);
      }
      nebula.start(programs.nebulaIn(instance));
      awaitPlace(instance);
    }
    try {
      Optional<HostsFile> hosts = HostsFile.of(instance.number());
      if (hosts.isEmpty()) {
        throw new ZansocException(
            ErrorCode.UNSUPPORTED,
            "instance %s has no /etc/hosts of its engine's, and knows no names".formatted(id));
      }
      hosts.get().set(names);
    } catch (IOException e) {
      throw failure("its /etc/hosts cannot be written", e);
    }
  }

  private boolean isInPlace(LocalProcess instance) {
    return nebula
        .process()
        .filter(number -> LocalProcess.shareNetwork(number, instance.number()))
        .isPresent();
  }

  /** Waits until Nebula is in the instance's network and has made its device there. */
  private void awaitPlace(LocalProcess instance) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean seen = false;
    while (System.nanoTime() < end) {
      Optional<Long> process = nebula.process();
      seen |= process.isPresent();
      if (process.isPresent() && isInPlace(instance) && hasDevice(process.get())) {
        return;
      }
      if (seen && process.isEmpty()) {
        break;
      }
      pause();
    }
    nebula.stop();
    throw new ZansocException(
        ErrorCode.UNREACHABLE,
        "nebula does not run for instance %s: %s".formatted(id, nebula.lastWords()));
  }

  private static boolean hasDevice(long process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process), "net", "dev"))
          .contains(NebulaConfiguration.DEVICE + ":");
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "interrupted while nebula starts", e);
    }
  }

  /** Ends Nebula, takes the names out of an instance that runs on, and deletes the folder. */
  synchronized void leave() {
    owner
        .filter(LocalProcess::isAlive)
        .ifPresent(instance -> {
          try {
            Optional<HostsFile> hosts = HostsFile.of(instance.number());
            if (hosts.isPresent()) {
              hosts.get().set(Map.of());
            }
          } catch (IOException e) {
            LOG.debug("instance {} ended while its names were taken away", id, e);
          }
        });
    owner = Optional.empty();
    nebula.remove();
  }

  private ZansocException failure(String what, IOException cause) {
    return new ZansocException(
        ErrorCode.UNREACHABLE,
        "instance %s in its private network: %s (%s)".formatted(id, what, cause.getMessage()),
        cause);
  }

  /** What runs Nebula in the network of an instance. */
  record NetworkPrograms(Path nsenter, Path nebula) {
    List<String> nebulaIn(LocalProcess instance) {
      return List.of(nsenter.toString(), "--net=" + instance.network(), nebula.toString());
    }
  }
}
