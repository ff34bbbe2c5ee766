package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.api.ObjectHealth.SegmentHealth;
import cloud.zansoc.storage.api.VersionView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Everything that may break, broken on purpose in one cloud of seven hosts; what the user then sees
 * is what counts. Every test begins with all hosts at work and uses a bucket of its own.
 */
class FailureTest {
  private static final int HOSTS = 7;
  private static final int MEGABYTE = 1_000_000;
  private static final int BLOCK = 256 * 1024;
  private static final int UPLOAD = 150 * MEGABYTE;
  private static final int SMALL_FILES = 5000;
  private static final int SMALL_FILE = 10_000;

  /** How a program ends that was asked to end: 128 + SIGTERM. */
  private static final int TERMINATED = 143;

  private static FailingCloud cloud;
  private static CommandLine user;

  @BeforeAll
  static void start() {
    cloud = FailingCloud.start(HOSTS);
    user = cloud.user();
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @BeforeEach
  void heal() {
    cloud.heal();
  }

  @Test
  void hostsKilled_asManyAsAreRedundant_readsOn_oneMore_saysWhoIsMissing() throws IOException {
    user.ok("bucket", "create", "killed", "--scheme=5/7");
    Path file = cloud.file(20 * MEGABYTE);
    cloud.store(file, "killed", "film");
    List<Integer> victims = List.of(2, 4, 6);

    cloud.parts().host(2).kill();
    cloud.parts().host(4).kill();
    cloud.assertReads(file, "killed", "film");

    cloud.parts().host(6).kill();
    CommandLine.Result failed =
        user.fails(
            10,
            List.of("zs://killed/film", "needs 5 blocks and 4 were found", "zansoc node ls"),
            "cp",
            "zs://killed/film",
            cloud.path("copy").toString());
    assertThat(failed.err()).contains(victims.stream().map(FailingCloud::name).toList());

    cloud.heal();
    cloud.assertReads(file, "killed", "film");
  }

  @Test
  void hubKilledInTheMiddleOfAnUpload_restarted_theUploadEndsWell() throws Exception {
    user.ok("bucket", "create", "hub-killed", "--scheme=2/5");
    Path file = cloud.file(UPLOAD);
    try (ChildProgram upload = upload(file, "zs://hub-killed/film")) {
      awaitFirstSegment(upload);
      cloud.parts().hub().kill();
      cloud.parts().startHub();
      assertThat(upload.exit()).as(upload.printed()).isZero();
    }
    cloud.assertReads(file, "hub-killed", "film");
    user.ok("rm", "zs://hub-killed/film");
  }

  @Test
  void clientKilledInTheMiddleOfAnUpload_nothingIsVisible_repeatedSendsOnlyTheRest()
      throws Exception {
    user.ok("bucket", "create", "client-killed", "--scheme=2/5");
    Path file = cloud.file(UPLOAD);
    long before = cloud.bytesIn();
    try (ChildProgram upload = upload(file, "zs://client-killed/film")) {
      awaitFirstSegment(upload);
      upload.kill();
    }
    assertThat(user.ok("ls", "zs://client-killed/").out()).doesNotContain("film");
    long afterKill = cloud.bytesIn();
    try (ChildProgram again = upload(file, "zs://client-killed/film")) {
      assertThat(again.exit()).as(again.printed()).isZero();
    }
    long afterAll = cloud.bytesIn();

    long whole = (long) UPLOAD * 5 / 2;
    long firstSegment = (64L << 20) * 5 / 2;
    long inFlight = 96L << 20;
    long framing = whole / 20;
    System.out.printf(
        "FailureTest: %d MB sent until the kill, %d MB after it, %d MB in all without a kill%n",
        (afterKill - before) / MEGABYTE, (afterAll - afterKill) / MEGABYTE, whole / MEGABYTE);
    assertThat(afterAll - afterKill).isLessThan(whole - firstSegment + framing);
    assertThat(afterAll - before).isLessThan(whole + inFlight + framing);
    cloud.assertReads(file, "client-killed", "film");
  }

  @Test
  void clientKilledInTheMiddleOfManyFiles_repeatedStoresAndSendsOnlyTheRest() throws Exception {
    user.ok("bucket", "create", "many", "--scheme=2/5");
    Path folder = cloud.folder(SMALL_FILES, SMALL_FILE);
    long before = cloud.bytesIn();
    try (ChildProgram upload = upload(folder, "zs://many/")) {
      Await.until("two packs are stored", () -> look(upload, packsDone() > 1));
      upload.kill();
    }
    long packs = packsDone();
    long afterKill = cloud.bytesIn();
    try (ChildProgram again = upload(folder, "zs://many/")) {
      assertThat(again.exit()).as(again.printed()).isZero();
    }
    long afterAll = cloud.bytesIn();

    long whole = (long) SMALL_FILES * SMALL_FILE * 5 / 2;
    long stored = packs * 1000 * SMALL_FILE * 5 / 2;
    System.out.printf(
        "FailureTest: of %d MB %d sent and %d stored until the kill, %d sent after it%n",
        whole / MEGABYTE,
        (afterKill - before) / MEGABYTE,
        stored / MEGABYTE,
        (afterAll - afterKill) / MEGABYTE);
    assertThat(packs).as("packs stored until the kill").isLessThan(SMALL_FILES / 1000);
    assertThat(afterAll - afterKill).isLessThan(whole - stored + whole / 10);
    assertThat(user.jsonList(VersionView.class, "version", "ls", "zs://many/"))
        .hasSize(SMALL_FILES);
    Path back = cloud.path("back");
    user.ok("cp", "-r", "zs://many/", back.toString());
    FailingCloud.assertSame(folder, back);
  }

  private static long packsDone() {
    return journals().lines().filter(line -> line.startsWith("done ")).count();
  }

  private static ChildProgram upload(Path source, String target) {
    return ChildProgram.start(
        cloud.path("upload.log"),
        "cp",
        "-r",
        source.toString(),
        target,
        "--profile=" + cloud.profile());
  }

  private static Await.Look look(ChildProgram upload, boolean reached) {
    assertThat(upload.isAlive() || reached).as(upload.printed()).isTrue();
    return new Await.Look(reached, upload.printed());
  }

  /** Waits until the upload's journal says that one of its segments is committed. */
  private static void awaitFirstSegment(ChildProgram upload) {
    Await.until("the first segment of three", () -> look(upload, journals().contains("\ndone 0 ")));
    assertThat(upload.isAlive()).as("the upload still goes on").isTrue();
  }

  private static String journals() {
    Path folder = cloud.profile().resolve("uploads");
    StringBuilder text = new StringBuilder();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          text.append(Files.readString(file));
        }
      } catch (IOException e) {
        return "";
      }
    }
    return text.toString();
  }

  @Test
  void blockDamaged_readsOn_andTheHubHasItRepaired() throws Exception {
    user.ok("bucket", "create", "damaged", "--scheme=2/5");
    Path file = cloud.file(8 * MEGABYTE);
    cloud.store(file, "damaged", "film");
    List<Integer> holders = cloud.holders("damaged", "film");
    damageNewest(cloud.parts().hostFolder(holders.get(0)));

    AtomicBoolean reported = new AtomicBoolean();
    Thread watcher =
        Thread.startVirtualThread(() ->
            Await.until(
                "the damage is reported",
                () -> {
                  List<SegmentHealth> health = cloud.health("damaged", "film");
                  reported.set(health.getFirst().healthy() < health.getFirst().total());
                  return new Await.Look(reported.get(), health);
                }));
    cloud.assertReads(file, "damaged", "film");
    watcher.join();
    assertThat(reported).isTrue();

    cloud.awaitHealthy("damaged", "film");
    assertThat(cloud.holders("damaged", "film").getFirst()).isEqualTo(holders.getFirst());
    holders.subList(2, 5).forEach(number -> cloud.parts().host(number).kill());
    cloud.assertReads(file, "damaged", "film");
  }

  /** Turns round a byte of one of the blocks that the host stored last. */
  private static void damageNewest(Path hostFolder) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            newestLog(hostFolder), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long offset = channel.size() - 4L * BLOCK;
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, offset);
      one.put(0, (byte) ~one.get(0)).flip();
      channel.write(one, offset);
    }
  }

  private static Path newestLog(Path hostFolder) throws IOException {
    try (Stream<Path> files = Files.walk(hostFolder.resolve("blocks"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9a-f]{8}\\.log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  @Test
  void hostsLost_theirPositionsAreRestoredOnOthers_andTheyAreCleanedWhenTheyComeBack()
      throws IOException {
    user.ok("bucket", "create", "lost", "--scheme=2/5");
    Path file = cloud.file(20 * MEGABYTE);
    cloud.store(file, "lost", "film");
    List<Integer> victims = cloud.holders("lost", "film").subList(1, 3);
    List<Long> blocks = victims.stream().map(one -> blocks(FailingCloud.name(one))).toList();
    victims.forEach(number -> cloud.parts().host(number).kill());
    victims.forEach(one -> cloud.awaitState(FailingCloud.name(one), NodeView.State.LOST));
    cloud.awaitHealthy("lost", "film");

    List<Integer> holders = cloud.holders("lost", "film");
    assertThat(holders).hasSize(5).doesNotHaveDuplicates().doesNotContainAnyElementsOf(victims);
    cloud.assertReads(file, "lost", "film");

    cloud.heal();
    int each = 20 * MEGABYTE / 2 / BLOCK;
    for (int i = 0; i < victims.size(); i++) {
      awaitBlocks(FailingCloud.name(victims.get(i)), blocks.get(i) - each);
    }
    cloud.assertReads(file, "lost", "film");
  }

  private static long blocks(String host) {
    cloud.bytesIn(); // waits for a heartbeat that has the newest figures
    return cloud.status(host).blocks();
  }

  private static void awaitBlocks(String host, long atMost) {
    Await.until(
        host + " keeps at most " + atMost + " blocks",
        () -> {
          HostStatus status = cloud.status(host);
          return new Await.Look(status.blocks() <= atMost, status);
        });
  }

  @Test
  void hostThatListensNowhere_storesAndServesThroughTheRelay_andDrainsThroughItToo()
      throws Exception {
    user.ok("bucket", "create", "relayed", "--scheme=2/2");
    Path file = cloud.file(10 * MEGABYTE);
    Path folder = cloud.path("relayed");
    try (ChildProgram host = cloud.join("relayed", folder)) {
      cloud.awaitState("relayed", NodeView.State.READY);
      List<Integer> others = IntStream.rangeClosed(2, HOSTS).boxed().toList();
      others.forEach(number -> owner(number, "pause"));
      others.forEach(one -> cloud.awaitState(FailingCloud.name(one), NodeView.State.PAUSED));
      List<Long> blocks = others.stream().map(one -> blocks(FailingCloud.name(one))).toList();

      cloud.store(file, "relayed", "film");
      cloud.assertReads(file, "relayed", "film");
      assertThat(cloud.health("relayed", "film").getFirst().hosts())
          .containsExactlyInAnyOrder("host-01", "relayed");
      assertThat(cloud.node("relayed").orElseThrow().address()).isEmpty();
      List<Long> afterwards = others.stream().map(one -> blocks(FailingCloud.name(one))).toList();
      for (int i = 0; i < others.size(); i++) {
        assertThat(afterwards.get(i)).isLessThanOrEqualTo(blocks.get(i));
      }

      others.forEach(number -> owner(number, "resume"));
      others.forEach(one -> cloud.awaitState(FailingCloud.name(one), NodeView.State.READY));
      user.ok("host", "drain", "--data=" + folder);
      Await.until(
          "the drained host has left",
          () -> new Await.Look(cloud.node("relayed").isEmpty(), cloud.node("relayed")));
      assertThat(user.ok("host", "leave", "--data=" + folder).out()).contains("has left before");
      assertThat(host.exit()).as(host.printed()).isEqualTo(TERMINATED);
    }
    cloud.awaitHealthy("relayed", "film");
    assertThat(cloud.health("relayed", "film").getFirst().hosts())
        .doesNotHaveDuplicates()
        .doesNotContain("relayed");
    cloud.assertReads(file, "relayed", "film");
  }

  private static void owner(int host, String action) {
    user.ok("host", action, "--data=" + cloud.parts().hostFolder(host));
  }

  @Test
  void diskOfAHostFillsUp_uploadsGoOnElsewhere_andTheReserveIsKept() throws Exception {
    Path folder = cloud.path("small");
    Files.createDirectories(folder);
    assumeTrue(
        mount("mount", "-t", "tmpfs", "-o", "size=2300m", "tmpfs", folder.toString()),
        "this test needs to mount a tmpfs, which only root may");
    user.ok("bucket", "create", "full", "--scheme=2/8");
    ChildProgram host = cloud.joinUnder(List.of(), "small", folder.resolve("host"), "1GB");
    try {
      cloud.awaitState("small", NodeView.State.READY);
      Path first = cloud.file(20 * MEGABYTE);
      cloud.store(first, "full", "first");
      assertThat(cloud.health("full", "first").getFirst().hosts()).contains("small");

      // The owner needs the disk: what is left is half of what the next upload brings.
      long reserve = 1L << 30;
      long room = (256L << 20) + 5 * MEGABYTE;
      long used = Files.getFileStore(folder).getTotalSpace() - free(folder);
      assertThat(mount("mount", "-o", "remount,size=" + (used + reserve + room), folder.toString()))
          .isTrue();
      Path second = cloud.file(20 * MEGABYTE);
      user.ok("cp", second.toString(), "zs://full/second");
      cloud.awaitState("small", NodeView.State.PAUSED);
      user.ok("cp", second.toString(), "zs://full/third");

      assertThat(cloud.status("small").reason()).isEqualTo("full");
      assertThat(free(folder)).isGreaterThanOrEqualTo(reserve);
      cloud.assertReads(first, "full", "first");
      cloud.assertReads(second, "full", "second");
      cloud.assertReads(second, "full", "third");
      user.ok("host", "leave", "--force", "--data=" + folder.resolve("host"));
      assertThat(host.exit()).as(host.printed()).isEqualTo(TERMINATED);
    } finally {
      host.close();
      assertThat(mount("umount", folder.toString())).isTrue();
    }
  }

  private static long free(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  private static boolean mount(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  @Test
  void hostWhoseClockIsAnHourAhead_joinIsRefusedWithAdvice() throws Exception {
    Path faketime = Path.of("/usr/bin/faketime");
    assumeTrue(Files.isExecutable(faketime), "this test needs faketime: apt-get install faketime");
    List<String> ahead =
        List.of("env", "FAKETIME_DONT_FAKE_MONOTONIC=1", faketime.toString(), "-f", "+1h");
    try (ChildProgram host = cloud.joinUnder(ahead, "late", cloud.path("late"), "2GB")) {
      assertThat(host.exit()).as(host.printed()).isEqualTo(3);
      assertThat(host.printed()).containsPattern("36[0-9]{2} s ahead").contains("set it by NTP");
    }
    assertThat(cloud.node("late")).isEmpty();
  }
}
