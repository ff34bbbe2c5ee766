package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.api.VolumeView;
import cloud.zansoc.compute.hub.VolumeRecord;
import cloud.zansoc.compute.hub.VolumeStore;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.volumes.HostVolumes;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlVolumeStore;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.storage.api.BucketView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A volume that moves from host to host, over a hub and hosts that run as processes; the part of
 * each host that keeps volumes runs here, with the host's identity.
 */
final class VolumeJourneyTest {
  private static final int HOSTS = 4;
  private static final VolumeMount MOUNT =
      new VolumeMount("data", "/data", ByteSize.ofMebibytes(64), Duration.ofHours(1));
  private static final InstanceId INSTANCE = new InstanceId(7, 7);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private RunningCloud cloud;
  private VolumeStore store;

  @BeforeEach
  void open() {
    Optional<String> obstacle = HostVolumes.obstacle();
    obstacle.ifPresent(reason -> System.out.println("skipped: " + reason));
    assumeTrue(obstacle.isEmpty());
    cloud = keep(RunningCloud.start(HOSTS));
    Path file = cloud.folder().resolve("cloud/hub/hub.sqlite");
    store = new SqlVolumeStore(keep(Database.open("jdbc:sqlite:" + file)));
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  @Test
  void volume_ofAHostThatDies_goesOnElsewhere() throws Exception {
    CommandLine ana = cloud.user("ana");
    VolumeView made = ana.json(VolumeView.class, "volume", "create", "data", "--size=64MiB");
    assertThat(ana.jsonList(VolumeView.class, "volume", "ls")).containsExactly(made);
    InstanceSpec.Volume volume = new InstanceSpec.Volume(made.id(), MOUNT);

    give(made, 1, 1);
    HostVolumes first = host(1);
    Path file = first.attach(volume, 1).resolve("rows");
    byte[] rows = new byte[6 << 20];
    new Random(1).nextBytes(rows);
    Files.write(file, rows);
    first.snapshot(made.id(), true);
    overwrite(file, 3 << 20, rows);
    first.snapshot(made.id(), false);
    overwrite(file, 5 << 20, rows.clone()); // In no snapshot.

    VolumeView used = ana.json(VolumeView.class, "volume", "show", "data");
    assertThat(used.snapshots()).extracting(VolumeSnapshot::number).containsExactly(2L, 1L);
    assertThat(used.snapshots().getFirst().uploaded().bytes()).isLessThan(3 << 20);
    assertThat(used.use().orElseThrow().safeUntil()).contains(used.snapshots().getFirst().taken());
    assertThat(ana.ok("volume", "show", "data").out()).contains("every 1h: if its host died now");
    ana.fails(5, List.of("in use by shop/web-1"), "volume", "rm", "data");
    assertThat(ana.jsonList(BucketView.class, "bucket", "ls")).isEmpty();
    ana.fails(4, List.of("kept for a volume"), "ls", "zs://zansoc-volume-" + made.id());

    cloud.cloud().host(1).kill();
    give(made, 2, 2);
    HostVolumes second = host(2);
    assertThat(second.attach(volume, 2).resolve("rows")).hasBinaryContent(rows);
    ZansocException fenced =
        catchThrowableOfType(ZansocException.class, () -> first.snapshot(made.id(), false));
    assertThat(fenced.code()).isEqualTo(ErrorCode.CONFLICT);
    first.detach(volume, 1, true);

    Files.writeString(second.attach(volume, 2).resolve("more"), "last words");
    second.detach(volume, 2, true);
    free(made);
    ana.fails(4, List.of("no snapshot 9"), "volume", "restore", "data", "9");
    ana.ok("volume", "restore", "data", "1");
    give(made, 3, 3);
    HostVolumes third = host(3);
    byte[] original = new byte[6 << 20];
    new Random(1).nextBytes(original);
    Path restored = third.attach(volume, 3);
    assertThat(restored.resolve("rows")).hasBinaryContent(original);
    assertThat(restored.resolve("more")).doesNotExist();
    third.detach(volume, 3, false);
    free(made);

    ana.ok("volume", "restore", "data@1", "copy");
    VolumeView copy = ana.json(VolumeView.class, "volume", "show", "copy");
    assertThat(copy.origin()).contains("data@1");
    ana.fails(5, List.of("'copy' begins with snapshot 1"), "volume", "rm", "data");
    give(copy, 1, 2);
    InstanceSpec.Volume beside = new InstanceSpec.Volume(copy.id(), MOUNT);
    assertThat(second.attach(beside, 1).resolve("rows")).hasBinaryContent(original);
    second.detach(beside, 1, true);
    free(copy);
    assertThat(ana.json(VolumeView.class, "volume", "show", "copy").origin()).isEmpty();
    ana.ok("volume", "rm", "copy");

    ana.ok("volume", "rm", "data", "--snapshot=2");
    ana.ok("volume", "rm", "data");
    assertThat(ana.jsonList(VolumeView.class, "volume", "ls")).isEmpty();
  }

  /** Changes some bytes of the file, and of the array that says what it is. */
  private static void overwrite(Path file, int at, byte[] rows) throws IOException {
    byte[] fresh = new byte[1000];
    new Random(at).nextBytes(fresh);
    System.arraycopy(fresh, 0, rows, at, fresh.length);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int written = channel.write(ByteBuffer.wrap(fresh), at);
      assertThat(written).isEqualTo(fresh.length);
    }
  }

  /** As the hub does when it places a generation of the instance. */
  private void give(VolumeView volume, long generation, int host) {
    VolumeRecord.Holder holder =
        new VolumeRecord.Holder(INSTANCE, "shop/web-1", generation, identity(host).id());
    use(volume, Optional.of(new VolumeRecord.Use(holder, MOUNT.snapshotEvery(), Optional.empty())));
  }

  private void free(VolumeView volume) {
    use(volume, Optional.empty());
  }

  private void use(VolumeView volume, Optional<VolumeRecord.Use> use) {
    VolumeRecord now =
        store.update(
            volume.id(),
            before ->
                new VolumeRecord(
                    before.identity(),
                    before.size(),
                    before.bucket(),
                    before.sealedKey(),
                    before.lastNumber(),
                    before.start(),
                    use,
                    before.snapshots(),
                    before.origin()));
    assertThat(now.use()).isEqualTo(use);
  }

  private Identity identity(int number) {
    return Identity.loadOrCreate(new HostFolder(cloud.cloud().hostFolder(number)).identity());
  }

  private HostVolumes host(int number) {
    HostFolder folder = new HostFolder(cloud.cloud().hostFolder(number));
    HostConfiguration.Hub hub = HostConfigurationFile.read(folder.configuration()).hub();
    Identity identity = identity(number);
    ApiClient api = keep(new ApiClient(identity, hub.id(), hub.api(), ApiClient.Patience.SHORT));
    BlockDialer dialer = keep(new NettyBlockDialer(keep(new PeerTransport(identity))));
    return keep(
        HostVolumes.open(
            cloud.folder().resolve("volumes-" + number),
            new ByteSize(0),
            new HostVolumes.Access(
                () -> api, dialer, new BlockDialer.Relay(hub.id(), hub.peer()))));
  }
}
