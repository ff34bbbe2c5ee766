package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.api.ObjectHealth.SegmentHealth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A cloud whose parts a test breaks, with a user, and what a test asks of both. */
final class FailingCloud implements AutoCloseable {
  private static final String USER = "ada";

  private final int hosts;
  private final RunningCloud running;
  private final CommandLine user;
  private int files;

  private FailingCloud(int hosts, RunningCloud running) {
    this.hosts = hosts;
    this.running = running;
    this.user = running.user(USER);
  }

  /** Starts a cloud that notices failures within seconds. */
  static FailingCloud start(int hosts) {
    RunningCloud running =
        RunningCloud.start(
            hosts, "heartbeat=1s", "offline-after=4s", "lost-after=8s", "incomplete-after=1s");
    return new FailingCloud(hosts, running);
  }

  /** The user's commands. */
  CommandLine user() {
    return user;
  }

  /** The user's profile, for a program of its own. */
  Path profile() {
    return running.folder().resolve("profile-" + USER);
  }

  /** A path that nothing has yet. */
  Path path(String name) {
    files++;
    return running.folder().resolve(files + "-" + name);
  }

  /** A file of random bytes; the seed is printed. */
  Path file(int bytes) {
    long seed = System.nanoTime();
    System.out.println("FailingCloud: file of " + bytes + " bytes by seed " + seed);
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    Path file = path("file");
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** A folder of {@code count} files of random bytes; the seed is printed. */
  Path folder(int count, int bytesEach) {
    long seed = System.nanoTime();
    System.out.println("FailingCloud: " + count + " files by seed " + seed);
    Random random = new Random(seed);
    Path folder = path("folder");
    try {
      Files.createDirectory(folder);
      for (int i = 0; i < count; i++) {
        byte[] content = new byte[bytesEach];
        random.nextBytes(content);
        Files.write(folder.resolve("file-" + i), content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  /** Two folders must hold files of the same names with the same contents. */
  static void assertSame(Path one, Path other) throws IOException {
    try (Stream<Path> files = Files.list(one);
        Stream<Path> others = Files.list(other)) {
      List<Path> names = files.map(Path::getFileName).sorted().toList();
      assertThat(others.map(Path::getFileName).sorted().toList()).isEqualTo(names);
      for (Path name : names) {
        assertThat(Files.mismatch(one.resolve(name), other.resolve(name))).isEqualTo(-1);
      }
    }
  }

  /** Stores a file, and waits until all its positions are on hosts. */
  void store(Path file, String bucket, String key) {
    user.ok("cp", file.toString(), "zs://" + bucket + "/" + key);
    awaitHealthy(bucket, key);
  }

  /** Reads an object, which must be the file's content. */
  void assertReads(Path file, String bucket, String key) throws IOException {
    Path copy = path("copy");
    user.ok("cp", "zs://" + bucket + "/" + key, copy.toString());
    assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
    Files.delete(copy);
  }

  /** The health of an object's segments. */
  List<SegmentHealth> health(String bucket, String key) {
    try (Session session = Session.open(new Profile(profile()))) {
      return session.storageHub().health(bucket, key, Optional.empty()).segments();
    }
  }

  /** Waits until every segment of the object is whole again. */
  void awaitHealthy(String bucket, String key) {
    Await.until(
        "all positions of " + key + " on hosts",
        () -> {
          List<SegmentHealth> health = health(bucket, key);
          return new Await.Look(
              health.stream().allMatch(segment -> segment.healthy() == segment.total()), health);
        });
  }

  /** The numbers of the hosts that hold the object's first segment, by position. */
  List<Integer> holders(String bucket, String key) {
    return health(bucket, key).getFirst().hosts().stream().map(FailingCloud::number).toList();
  }

  /** The name of a host by its number. */
  static String name(int number) {
    return "host-0" + number;
  }

  private static int number(String name) {
    return Integer.parseInt(name.substring("host-".length()));
  }

  /** The processes. */
  LocalCloud parts() {
    return running.cloud();
  }

  /** Starts what does not run, and waits until every host takes blocks. */
  void heal() {
    parts().startHub();
    parts().startHosts();
    for (int number = 1; number <= hosts; number++) {
      awaitState(name(number), NodeView.State.READY);
    }
  }

  /** One host as the hub sees it; empty before it joined and after it left. */
  Optional<NodeView> node(String name) {
    return parts().nodes().stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** A host's last status. */
  HostStatus status(String name) {
    return node(name).flatMap(NodeView::status).orElseThrow();
  }

  /** Waits until a host is in this state. */
  void awaitState(String name, NodeView.State state) {
    Await.until(
        name + " is " + state,
        () -> {
          Optional<NodeView> node = node(name);
          return new Await.Look(node.filter(one -> one.state() == state).isPresent(), node);
        });
  }

  /** What all the cloud's own hosts received since they started, up to this moment. */
  long bytesIn() {
    Instant now = Instant.now();
    List<String> names = IntStream.rangeClosed(1, hosts).mapToObj(FailingCloud::name).toList();
    Await.until(
        "a heartbeat of every host",
        () -> {
          List<NodeView> late =
              parts().nodes().stream()
                  .filter(node -> names.contains(node.name()) && !node.lastSeen().isAfter(now))
                  .toList();
          return new Await.Look(late.isEmpty(), late);
        });
    return names.stream().mapToLong(name -> status(name).bytesIn()).sum();
  }

  /**
   * A host beyond the cloud's own, in a folder of its own; without a port where clients connect.
   */
  ChildProgram join(String name, Path folder) {
    return joinUnder(List.of(), name, folder, "2GB");
  }

  /** The same as the argument of another command, lending {@code capacity}. */
  ChildProgram joinUnder(List<String> wrapper, String name, Path folder, String capacity) {
    byte[] token = user.ok("token", "create", "--role=host", "--json").bytes();
    return ChildProgram.startUnder(
        wrapper,
        path(name + ".log"),
        "host",
        "join",
        new Profile(profile()).hub().address().toString(),
        "--token=" + Json.read(token, NewToken.class).text(),
        "--name=" + name,
        "--data=" + folder,
        "--capacity=" + capacity,
        "--label=zone=" + name,
        "--no-compute",
        "--quick",
        "--foreground");
  }

  @Override
  public void close() {
    running.close();
  }
}
