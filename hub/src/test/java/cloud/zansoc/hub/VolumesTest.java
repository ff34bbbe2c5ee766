package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.NewVolume;
import cloud.zansoc.compute.api.VolumeAttachment;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.api.VolumeView;
import cloud.zansoc.compute.hub.VolumeBuckets;
import cloud.zansoc.compute.hub.VolumeHosts;
import cloud.zansoc.compute.hub.VolumeRecord;
import cloud.zansoc.compute.hub.Volumes;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlVolumeStore;
import cloud.zansoc.net.identity.Identity;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may have a volume, and what may become of its snapshots. */
final class VolumesTest {
  private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");
  private static final VolumeMount MOUNT =
      new VolumeMount("data", "/data", ByteSize.ofMebibytes(64), Duration.ofSeconds(10));
  private static final PeerId HOST_A = new PeerId(Digest.sha256(new byte[0]));
  private static final PeerId HOST_B = new PeerId(Digest.sha256(new byte[1]));
  private static final InstanceId WEB = new InstanceId(1, 1);

  @TempDir private Path folder;
  private final Set<String> buckets = new TreeSet<>();
  private final List<String> ordered = new ArrayList<>();
  private final Identity identity = Identity.create(new SecureRandom());
  private Database database;
  private Volumes volumes;

  @BeforeEach
  void open() {
    database = Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite"));
    volumes = volumes(identity);
  }

  private Volumes volumes(Identity hub) {
    return new Volumes(
        new SqlVolumeStore(database),
        new Volumes.Surroundings(
            new NamedBuckets(), new HubVolumeKeys(hub, new Random(1)), new NotingHosts()),
        Clock.fixed(NOW, ZoneOffset.UTC),
        new Random(2));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void attach_ofANewName_makesTheVolumeForItsHolderAlone() {
    InstanceSpec.Volume volume = volumes.attach("t", "data-1", MOUNT, holder(1, HOST_A));

    VolumeAttachment attachment = volumes.attachment(volume.id(), HOST_A, 1);
    assertThat(attachment.size()).isEqualTo(MOUNT.size());
    assertThat(attachment.key()).hasSize(32);
    assertThat(attachment.start()).isEmpty();
    assertThat(buckets).containsExactly(attachment.bucket());
    assertThat(volumes.attach("t", "data-1", MOUNT, holder(1, HOST_A))).isEqualTo(volume);
    refused(ErrorCode.CONFLICT, () -> volumes.attachment(volume.id(), HOST_B, 1));
    refused(ErrorCode.CONFLICT, () -> volumes.attachment(volume.id(), HOST_A, 2));
    refused(ErrorCode.NOT_FOUND, () -> volumes.attachment("none", HOST_A, 1));
  }

  @Test
  void attach_byANewerGeneration_fencesTheOlder() {
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    volumes.record(id, HOST_A, 1, snapshot(1, NOW));
    volumes.attach("t", "data", MOUNT, holder(2, HOST_B));

    refused(ErrorCode.CONFLICT, () -> volumes.record(id, HOST_A, 1, snapshot(2, NOW)));
    refused(ErrorCode.CONFLICT, () -> volumes.safe(id, HOST_A, 1, NOW));
    refused(ErrorCode.CONFLICT, () -> volumes.attach("t", "data", MOUNT, holder(1, HOST_A)));
    refused(ErrorCode.CONFLICT, () -> volumes.attach("t", "data", MOUNT, holder(2, HOST_A)));
    volumes.detach(id, WEB, 1);
    assertThat(volumes.attachment(id, HOST_B, 2).start()).contains(1L);
  }

  @Test
  void attach_byAnotherInstance_isRefusedUntilItIsFree() {
    String id = volumes.attach("t", "data", MOUNT, holder(4, HOST_A)).id();
    InstanceId other = new InstanceId(2, 2);
    VolumeRecord.Holder wants = new VolumeRecord.Holder(other, "shop/db-1", 1, HOST_A);

    ZansocException inUse =
        refused(ErrorCode.CONFLICT, () -> volumes.attach("t", "data", MOUNT, wants));
    assertThat(inUse).hasMessageContaining("in use by shop/web-1");
    assertThat(volumes.obstacle("t", "data", Optional.of(other))).isPresent();
    assertThat(volumes.obstacle("t", "data", Optional.of(WEB))).isEmpty();
    assertThat(volumes.obstacle("t", "new", Optional.empty())).isEmpty();
    refused(ErrorCode.CONFLICT, () -> volumes.remove("t", "data"));
    refused(ErrorCode.CONFLICT, () -> volumes.restore("t", "data", 1));
    volumes.detach(id, WEB, 4);
    assertThat(volumes.attach("t", "data", MOUNT, wants).id()).isEqualTo(id);
  }

  @Test
  void record_ofTheSameTwiceOrOutOfOrder_isOneSnapshot() {
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    VolumeAttachment once = volumes.record(id, HOST_A, 1, snapshot(1, NOW));

    assertThat(volumes.record(id, HOST_A, 1, snapshot(1, NOW))).isEqualTo(once);
    assertThat(once.lastNumber()).isEqualTo(1);
    refused(ErrorCode.CONFLICT, () -> volumes.record(id, HOST_A, 1, snapshot(3, NOW)));
    VolumeSnapshot rival =
        new VolumeSnapshot(1, "other", NOW, new ByteSize(1), new ByteSize(1), false);
    refused(ErrorCode.CONFLICT, () -> volumes.record(id, HOST_A, 1, rival));
    assertThat(volumes.show("t", "data").use().orElseThrow().safeUntil()).contains(NOW);
    volumes.safe(id, HOST_A, 1, NOW.plusSeconds(5));
    volumes.safe(id, HOST_A, 1, NOW.plusSeconds(2));
    assertThat(volumes.show("t", "data").use().orElseThrow().safeUntil())
        .contains(NOW.plusSeconds(5));
  }

  @Test
  void record_ofManySnapshots_keepsByTheRule() {
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    int count = 24 * 4 * 10;
    for (int i = 1; i <= count; i++) {
      volumes.record(id, HOST_A, 1, snapshot(i, NOW.minus(Duration.ofMinutes(15L * (count - i)))));
    }

    List<VolumeSnapshot> kept = volumes.show("t", "data").snapshots();
    assertThat(kept.getFirst().number()).isEqualTo(count);
    // 8 newest, 22 or 23 more hours of the day, 6 more days, and each hundredth that was kept.
    assertThat(kept).hasSizeBetween(35 + count / 100, 40 + count / 100);
    assertThat(kept.stream().filter(VolumeSnapshot::kept)).hasSize(count / 100);
  }

  @Test
  void restore_ofAFreeVolume_startsTheNextImageThere() {
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    volumes.record(id, HOST_A, 1, snapshot(1, NOW));
    volumes.record(id, HOST_A, 1, snapshot(2, NOW));
    volumes.detach(id, WEB, 1);

    assertThat(volumes.restore("t", "data", 1).start()).isEqualTo(1);
    refused(ErrorCode.NOT_FOUND, () -> volumes.restore("t", "data", 9));
    refused(ErrorCode.CONFLICT, () -> volumes.removeSnapshot("t", "data", 1));
    volumes.attach("t", "data", MOUNT, holder(5, HOST_B));
    assertThat(volumes.attachment(id, HOST_B, 5).start()).contains(1L);
    VolumeAttachment next = volumes.record(id, HOST_B, 5, snapshot(3, NOW));
    assertThat(next.start()).contains(3L);
    assertThat(volumes.removeSnapshot("t", "data", 2).snapshots())
        .extracting(VolumeSnapshot::number)
        .containsExactly(3L, 1L);
  }

  @Test
  void restoreInto_aNewVolume_beginsWithTheSnapshotWhileTheFirstGoesOn() {
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    volumes.record(id, HOST_A, 1, snapshot(1, NOW));
    volumes.record(id, HOST_A, 1, snapshot(2, NOW));

    VolumeView copy = volumes.restoreInto("t", "data", 1, "copy");
    assertThat(copy.origin()).contains("data@1");
    assertThat(copy.size()).isEqualTo(MOUNT.size());
    assertThat(buckets).hasSize(2);
    volumes.record(id, HOST_A, 1, snapshot(3, NOW));
    VolumeSnapshot kept = volumes.show("t", "data").snapshots().getLast();
    assertThat(kept.number()).isEqualTo(1);
    assertThat(kept.kept()).isTrue();

    InstanceId other = new InstanceId(3, 3);
    volumes.attach("t", "copy", MOUNT, new VolumeRecord.Holder(other, "shop/db-1", 1, HOST_B));
    VolumeAttachment attachment = volumes.attachment(copy.id(), HOST_B, 1);
    VolumeAttachment.Origin origin = attachment.origin().orElseThrow();
    assertThat(attachment.start()).isEmpty();
    assertThat(origin.snapshot()).isEqualTo(kept);
    assertThat(origin.bucket()).isNotEqualTo(attachment.bucket());
    assertThat(origin.key()).isEqualTo(volumes.attachment(id, HOST_A, 1).key());
    assertThat(attachment.key()).isNotEqualTo(origin.key());

    VolumeAttachment after = volumes.record(copy.id(), HOST_B, 1, snapshot(1, NOW));
    assertThat(after.origin()).isEmpty();
    assertThat(volumes.show("t", "copy").origin()).isEmpty();
  }

  @Test
  void restoreInto_untilTheCopyHasASnapshot_keepsWhatItBeginsWith() {
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    volumes.record(id, HOST_A, 1, snapshot(1, NOW));
    volumes.record(id, HOST_A, 1, snapshot(2, NOW));
    volumes.detach(id, WEB, 1);

    refused(ErrorCode.NOT_FOUND, () -> volumes.restoreInto("t", "data", 9, "copy"));
    refused(ErrorCode.ALREADY_EXISTS, () -> volumes.restoreInto("t", "data", 1, "data"));
    refused(ErrorCode.INVALID_NAME, () -> volumes.restoreInto("t", "data", 1, "No Name"));
    assertThat(volumes.list("t")).hasSize(1);
    volumes.restoreInto("t", "data", 1, "copy");
    assertThat(refused(ErrorCode.CONFLICT, () -> volumes.removeSnapshot("t", "data", 1)))
        .hasMessageContaining("'copy' begins with snapshot 1");
    refused(ErrorCode.CONFLICT, () -> volumes.remove("t", "data"));
    volumes.remove("t", "copy");
    volumes.removeSnapshot("t", "data", 1);
    volumes.remove("t", "data");
    assertThat(buckets).isEmpty();
  }

  @Test
  void snapshot_onDemand_isOrderedFromTheHolder() {
    NewVolume wanted = new NewVolume("data", ByteSize.ofMebibytes(64));
    assertThat(volumes.create("t", wanted).use()).isEmpty();
    refused(ErrorCode.ALREADY_EXISTS, () -> volumes.create("t", wanted));
    refused(ErrorCode.CONFLICT, () -> volumes.snapshot("t", "data", true));
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    VolumeView view = volumes.snapshot("t", "data", true);

    assertThat(ordered).containsExactly(HOST_A + " " + id + " true");
    assertThat(view.use().orElseThrow().instance()).isEqualTo("shop/web-1");
  }

  @Test
  void remove_ofAFreeVolume_takesItsBucketToo() {
    String id = volumes.create("t", new NewVolume("data", ByteSize.ofMebibytes(16))).id();
    assertThat(volumes.list("t")).hasSize(1);
    volumes.remove("t", "data");

    assertThat(buckets).isEmpty();
    assertThat(volumes.list("t")).isEmpty();
    refused(ErrorCode.NOT_FOUND, () -> volumes.show("t", "data"));
    volumes.detach(id, WEB, 1);
  }

  @Test
  void attachment_atAHubOfAnotherIdentity_doesNotOpenTheKey() {
    String id = volumes.attach("t", "data", MOUNT, holder(1, HOST_A)).id();
    byte[] key = volumes.attachment(id, HOST_A, 1).key();

    assertThat(volumes(identity).attachment(id, HOST_A, 1).key()).isEqualTo(key);
    Volumes other = volumes(Identity.create(new SecureRandom()));
    refused(ErrorCode.DAMAGED, () -> other.attachment(id, HOST_A, 1));
  }

  private static VolumeRecord.Holder holder(long generation, PeerId host) {
    return new VolumeRecord.Holder(WEB, "shop/web-1", generation, host);
  }

  private static VolumeSnapshot snapshot(long number, Instant taken) {
    return new VolumeSnapshot(
        number, "o" + number, taken, new ByteSize(5), new ByteSize(9), number % 100 == 0);
  }

  private static ZansocException refused(ErrorCode code, ThrowingCallable call) {
    ZansocException refusal = catchThrowableOfType(ZansocException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
    return refusal;
  }

  private final class NamedBuckets implements VolumeBuckets {
    @Override
    public String create(String tenant, String volume) {
      buckets.add("bucket-" + volume);
      return "bucket-" + volume;
    }

    @Override
    public ByteSize stored(String tenant, String bucket) {
      return new ByteSize(0);
    }

    @Override
    public void remove(String tenant, String bucket) {
      buckets.remove(bucket);
    }
  }

  private final class NotingHosts implements VolumeHosts {
    @Override
    public String name(PeerId host) {
      return host.shortText();
    }

    @Override
    public void snapshot(PeerId host, String volume, boolean keep) {
      ordered.add(host + " " + volume + " " + keep);
    }
  }
}
