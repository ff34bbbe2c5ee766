package cloud.zansoc.host.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.api.VolumeSnapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real images on real loop devices; the hub and its storage are a folder. */
final class HostVolumesTest {
  private static final Duration NEVER_BY_ITSELF = Duration.ofHours(1);
  static final InstanceSpec.Volume VOLUME =
      new InstanceSpec.Volume(
          "v", new VolumeMount("data", "/data", ByteSize.ofMebibytes(64), NEVER_BY_ITSELF));

  @TempDir private Path folder;
  private final List<HostVolumes> opened = new ArrayList<>();
  private final Random random = new Random(seed());
  private FolderVolumeHub hub;

  private static long seed() {
    long seed = Long.getLong("zansoc.seed", System.nanoTime());
    System.out.println("volumes: -Dzansoc.seed=" + seed);
    return seed;
  }

  @BeforeEach
  void open() throws IOException {
    Optional<String> obstacle = HostVolumes.obstacle();
    obstacle.ifPresent(reason -> System.out.println("skipped: " + reason));
    assumeTrue(obstacle.isEmpty());
    hub = new FolderVolumeHub(folder.resolve("hub")).create(ByteSize.ofMebibytes(64));
  }

  @AfterEach
  void unmount() throws IOException {
    opened.forEach(HostVolumes::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path of : files.filter(file -> Files.exists(file.resolve("image"))).toList()) {
        new VolumeImage(of).unmount();
      }
    }
    assertThat(Command.run("losetup", "--list", "--noheadings", "--output", "BACK-FILE"))
        .doesNotContain(folder.toString());
  }

  private HostVolumes host(String name) {
    return host(name, new ByteSize(0));
  }

  private HostVolumes host(String name, ByteSize reserve) {
    HostVolumes host =
        HostVolumes.open(folder.resolve(name), reserve, hub, new Random(random.nextLong()));
    opened.add(host);
    return host;
  }

  @Test
  void attach_ofAVolumeMadeOfAnothersSnapshot_beginsWithItAndIsItsOwn() throws IOException {
    VolumeModel model = new VolumeModel(random);
    HostVolumes first = host("a");
    model.change(first.attach(VOLUME, 1), 5);
    first.snapshot("v", true);
    Map<String, byte[]> then = model.state();
    FolderVolumeHub original = hub;

    hub = new FolderVolumeHub(folder.resolve("copy")).create(ByteSize.ofMebibytes(64));
    hub.beginWith(original);
    HostVolumes second = host("b");
    Path copy = second.attach(VOLUME, 1);
    assertThat(VolumeModel.difference(copy, then)).isEmpty();
    Files.writeString(copy.resolve("more"), "only here");
    second.snapshot("v", false);
    // All of it, since nothing is shared with the original.
    assertThat(hub.snapshots()).hasSize(1);
    second.detach(VOLUME, 1, false);

    hub.hold(2);
    Path again = host("c").attach(VOLUME, 2);
    assertThat(again.resolve("more")).hasContent("only here");
    Files.delete(again.resolve("more"));
    assertThat(VolumeModel.difference(again, then)).isEmpty();
    assertThat(VolumeModel.difference(first.attach(VOLUME, 1), then)).isEmpty();
  }

  @Test
  void snapshots_ofRandomWrites_restoreToEachMoment() throws IOException {
    HostVolumes host = host("a");
    Path data = host.attach(VOLUME, 1);
    VolumeModel model = new VolumeModel(random);
    List<Map<String, byte[]>> states = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      model.change(data, 1 + random.nextInt(5));
      host.snapshot("v", true);
      states.add(model.state());
    }

    assertThat(hub.snapshots()).hasSize(FolderVolumeHub.RETAINED);
    long generation = 1;
    for (VolumeSnapshot snapshot : hub.snapshots()) {
      hub.startWith(snapshot.number());
      hub.hold(++generation);
      HostVolumes other = host("b" + generation);
      Path restored = other.attach(VOLUME, generation);
      assertThat(VolumeModel.difference(restored, states.get((int) snapshot.number() - 1)))
          .as("snapshot " + snapshot.number())
          .isEmpty();
      other.detach(VOLUME, generation, false);
    }
  }

  @Test
  void snapshot_ofFewChanges_uploadsOnlyThem() throws IOException {
    HostVolumes host = host("a");
    Path file = host.attach(VOLUME, 1).resolve("file");
    byte[] content = new byte[20 << 20];
    random.nextBytes(content);
    Files.write(file, content);
    host.snapshot("v", false);
    assertThat(hub.takeUploaded()).isBetween(20L << 20, 32L << 20);

    host.snapshot("v", false);
    assertThat(hub.takeUploaded()).isZero();
    assertThat(hub.snapshots()).hasSize(1);

    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("changed".getBytes(StandardCharsets.UTF_8)), 5 << 20);
    }
    host.snapshot("v", false);
    // The block itself, the superblock, the journal and the inode's.
    assertThat(hub.takeUploaded()).isBetween(256L << 10, 8 * (256L << 10));
    assertThat(hub.snapshots()).hasSize(2);

    Files.delete(file);
    host.snapshot("v", false);
    assertThat(hub.snapshots().getFirst().content().bytes()).isLessThan(12L << 20);
  }

  @Test
  void snapshot_ofASparseGibibyte_costsAlmostNothing() throws IOException {
    hub = new FolderVolumeHub(folder.resolve("large")).create(ByteSize.ofGibibytes(1));
    HostVolumes host = host("a");
    Path data = host.attach(VOLUME, 1);
    Files.writeString(data.resolve("note"), "hello");
    host.snapshot("v", false);

    assertThat(hub.takeUploaded()).isLessThan(16L << 20);
    assertThat(allocated(folder.resolve("a/v/image"))).isLessThan(64L << 20);
    hub.hold(2);
    HostVolumes other = host("b");
    assertThat(other.attach(VOLUME, 2).resolve("note")).hasContent("hello");
    assertThat(allocated(folder.resolve("b/v/image"))).isLessThan(32L << 20);
  }

  private static long allocated(Path file) throws IOException {
    long bytes = 0;
    for (LinuxFiles.Extent extent : LinuxFiles.data(file)) {
      bytes += extent.end() - extent.start();
    }
    return bytes;
  }

  @Test
  void snapshots_ofWhichLittleLives_areConsolidated() throws IOException {
    HostVolumes host = host("a");
    Path data = host.attach(VOLUME, 1);
    byte[] lasting = new byte[100 * Limits.BLOCK_BYTES];
    byte[] scratch = new byte[20 * Limits.BLOCK_BYTES];
    Path file = Files.write(data.resolve("lasting"), lasting);
    long sent = 0;
    for (int round = 0; round < 100; round++) {
      // One block of each round stays, so that without consolidation all of its object would.
      byte[] block = new byte[Limits.BLOCK_BYTES];
      random.nextBytes(block);
      System.arraycopy(block, 0, lasting, round * block.length, block.length);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(block), (long) round * block.length);
      }
      random.nextBytes(scratch);
      Files.write(data.resolve("scratch"), scratch);
      host.snapshot("v", false);
      sent += hub.takeUploaded();
    }

    long stored = 0;
    try (Stream<Path> objects = Files.list(hub.objects())) {
      for (Path object : objects.toList()) {
        stored += Files.size(object);
      }
    }
    long content = hub.snapshots().getFirst().content().bytes();
    System.out.printf(
        "sent %d, stored %d, content %d MiB%n", sent >> 20, stored >> 20, content >> 20);
    // At most twice the content, and what the retained snapshots before it have of their own.
    assertThat(stored).isLessThan(2 * content + FolderVolumeHub.RETAINED * (12L << 20));
    assertThat(stored).isLessThan(sent / 3);
    hub.hold(2);
    Path restored = host("b").attach(VOLUME, 2);
    assertThat(restored.resolve("lasting")).hasBinaryContent(lasting);
    assertThat(restored.resolve("scratch")).hasBinaryContent(scratch);
  }

  @Test
  void attach_byANewerGenerationElsewhere_fencesTheOldHost() throws IOException {
    HostVolumes old = host("a");
    Path data = old.attach(VOLUME, 1);
    Files.writeString(data.resolve("note"), "one");
    old.snapshot("v", false);
    Files.writeString(data.resolve("note"), "two");
    hub.hold(2);
    HostVolumes fresh = host("b");
    Path moved = fresh.attach(VOLUME, 2);

    refused(ErrorCode.CONFLICT, () -> old.snapshot("v", false));
    assertThat(moved.resolve("note")).hasContent("one");
    assertThat(hub.snapshots()).hasSize(1);
    old.detach(VOLUME, 1, true);
    assertThat(folder.resolve("a/v")).doesNotExist();
    fresh.snapshot("v", false);
    assertThat(hub.snapshots()).hasSize(2);
    refused(ErrorCode.CONFLICT, () -> old.attach(VOLUME, 1));
    assertThat(folder.resolve("a/v")).doesNotExist();
  }

  @Test
  void detach_ordered_losesNothing() throws IOException {
    HostVolumes host = host("a");
    Files.writeString(host.attach(VOLUME, 1).resolve("note"), "last words");
    host.detach(VOLUME, 1, true);

    assertThat(folder.resolve("a/v")).doesNotExist();
    assertThat(host.volumes()).isEmpty();
    hub.hold(2);
    assertThat(host("b").attach(VOLUME, 2).resolve("note")).hasContent("last words");
    host.detach(VOLUME, 1, true);
  }

  @Test
  void detach_whileStorageFails_keepsTheVolumeForAnotherTry() throws IOException {
    HostVolumes host = host("a");
    Path note = host.attach(VOLUME, 1).resolve("note");
    Files.writeString(note, "kept");
    hub.beforePut(() -> {
      throw new ZansocException(ErrorCode.NOT_ENOUGH_HOSTS, "storage is away");
    });
    refused(ErrorCode.NOT_ENOUGH_HOSTS, () -> host.detach(VOLUME, 1, true));

    assertThat(note).hasContent("kept");
    hub.beforePut(() -> {});
    host.detach(VOLUME, 1, true);
    hub.hold(2);
    assertThat(host.attach(VOLUME, 2).resolve("note")).hasContent("kept");
  }

  @Test
  void record_whoseAnswerIsLost_isFoundOnTheNextSnapshot() throws IOException {
    HostVolumes host = host("a");
    Path data = host.attach(VOLUME, 1);
    Files.writeString(data.resolve("note"), "one");
    hub.afterRecord(() -> {
      throw new ZansocException(ErrorCode.UNREACHABLE, "the answer is lost");
    });
    refused(ErrorCode.UNREACHABLE, () -> host.snapshot("v", false));
    hub.afterRecord(() -> {});
    Files.writeString(data.resolve("note"), "two");
    host.snapshot("v", false);

    assertThat(hub.snapshots()).extracting(VolumeSnapshot::number).containsExactly(2L, 1L);
    hub.hold(2);
    assertThat(host("b").attach(VOLUME, 2).resolve("note")).hasContent("two");
  }

  @Test
  void attach_withTooLittleDisk_isRefusedAndLeavesNothing() throws IOException {
    HostVolumes host = host("a", new ByteSize(Long.MAX_VALUE / 2));

    refused(ErrorCode.NO_SPACE, () -> host.attach(VOLUME, 1));
    assertThat(folder.resolve("a/v")).doesNotExist();
    assertThat(host.volumes()).isEmpty();
  }

  @Test
  void restore_ofADamagedBlock_isRefusedAndLeavesNothing() throws IOException {
    HostVolumes host = host("a");
    Files.writeString(host.attach(VOLUME, 1).resolve("note"), "one");
    host.snapshot("v", false);
    Path object = hub.objects().resolve(hub.snapshots().getFirst().object());
    try (FileChannel channel = FileChannel.open(object, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), Limits.BLOCK_BYTES + 77);
    }
    hub.hold(2);
    HostVolumes other = host("b");

    refused(ErrorCode.DAMAGED, () -> other.attach(VOLUME, 2));
    assertThat(folder.resolve("b/v")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "record", "recorded", "frozen", "mounted"})
  void host_killedAtAnyPointOfASnapshot_goesOnWithItsData(String point) throws Exception {
    HostVolumes before = host("a");
    Files.writeString(before.attach(VOLUME, 1).resolve("note"), "one");
    before.snapshot("v", false);
    Files.writeString(folder.resolve("a/v/data/note"), "two");
    before.close();
    kill(point, "a", 1);

    HostVolumes after = host("a");
    assertThat(after.volumes()).extracting(HostVolumes.Kept::generation).containsExactly(1L);
    Path note = after.attach(VOLUME, 1).resolve("note");
    assertThat(note).hasContent("two");
    Files.writeString(note, "three"); // It is not frozen.
    after.snapshot("v", false);
    try (Stream<Path> objects = Files.list(hub.objects())) {
      assertThat(objects.count()).isEqualTo(hub.snapshots().size());
    }
    hub.hold(2);
    assertThat(host("b").attach(VOLUME, 2).resolve("note")).hasContent("three");
  }

  @Test
  void host_killedInTheMiddleOfARestore_restoresAgain() throws Exception {
    HostVolumes first = host("a");
    Files.writeString(first.attach(VOLUME, 1).resolve("note"), "one");
    first.snapshot("v", false);
    hub.hold(2);
    kill("restore", "b", 2);

    HostVolumes after = host("b");
    assertThat(after.volumes()).isEmpty();
    assertThat(folder.resolve("b/v")).doesNotExist();
    assertThat(after.attach(VOLUME, 2).resolve("note")).hasContent("one");
  }

  private void kill(String point, String host, long generation)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                VolumeChild.class.getName(),
                folder.resolve(host).toString(),
                folder.resolve("hub").toString(),
                Long.toString(generation),
                point)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = said.readLine();
      while (line != null && !line.equals("here")) {
        line = said.readLine();
      }
      assertThat(line).isEqualTo("here");
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void volume_withAShortInterval_isSnapshottedByItself() throws Exception {
    InstanceSpec.Volume busy =
        new InstanceSpec.Volume(
            "v", new VolumeMount("data", "/data", VOLUME.mount().size(), Duration.ofSeconds(1)));
    HostVolumes host = host("a");
    Path data = host.attach(busy, 1);
    for (int i = 1; i <= 3; i++) {
      Files.writeString(data.resolve("note"), "take " + i);
      int before = hub.snapshots().isEmpty() ? 0 : (int) hub.snapshots().getFirst().number();
      while (hub.snapshots().isEmpty() || hub.snapshots().getFirst().number() <= before) {
        Thread.sleep(20);
      }
    }
    HostVolumes.Snapshots shown = host.volumes().getFirst().snapshots();
    assertThat(shown.safeUntil()).isPresent();
    assertThat(shown.trouble()).isEmpty();
  }

  @Test
  void snapshots_onAFileSystemThatShares_areTheSame() throws IOException {
    assumeTrue(shares(), "skipped: no mkfs.btrfs or mkfs.xfs");
    Path disk = folder.resolve("disk");
    Path mounted = Files.createDirectory(folder.resolve("shares"));
    try (FileChannel channel =
        FileChannel.open(
            disk,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), (1L << 30) - 1);
    }
    Command.run(Command.exists("mkfs.btrfs") ? "mkfs.btrfs" : "mkfs.xfs", "-q", disk.toString());
    Command.run("mount", "-o", "loop", disk.toString(), mounted.toString());
    try (HostVolumes host =
        HostVolumes.open(mounted.resolve("a"), new ByteSize(0), hub, new Random(1))) {
      Path data = host.attach(VOLUME, 1);
      VolumeModel model = new VolumeModel(random);
      for (int i = 0; i < 10; i++) {
        model.change(data, 3);
        host.snapshot("v", false);
      }
      hub.hold(2);
      assertThat(VolumeModel.difference(host("b").attach(VOLUME, 2), model.state())).isEmpty();
      host.detach(VOLUME, 1, false);
    } finally {
      Command.run("umount", mounted.toString());
    }
  }

  private static boolean shares() {
    return Command.exists("mkfs.btrfs") || Command.exists("mkfs.xfs");
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    ZansocException refusal = catchThrowableOfType(ZansocException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
  }
}
