package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.hub.VolumeRecord;
import cloud.zansoc.compute.hub.VolumeStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of volumes does. */
abstract class VolumeStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final VolumeRecord.Use USE =
      new VolumeRecord.Use(
          new VolumeRecord.Holder(
              new InstanceId(1, -2), "shop/web-1", 3, PeerId.ofPublicKey(new byte[32])),
          Duration.ofSeconds(30),
          Optional.of(NOW));

  private Database database;
  private VolumeStore store;

  /** The URL of a new, empty database. */
  abstract String newDatabase();

  @BeforeEach
  final void open() {
    database = Database.open(newDatabase());
    store = new SqlVolumeStore(database);
  }

  @AfterEach
  final void close() {
    database.close();
  }

  @Test
  void volumes_ofEveryKind_comeBackAsTheyWere() {
    VolumeRecord free = volume("a", "one", "data", Optional.empty(), List.of());
    VolumeRecord used =
        volume("b", "one", "logs", Optional.of(USE), List.of(snapshot(1), snapshot(2)));
    VolumeRecord another = volume("c", "two", "data", Optional.empty(), List.of());
    List.of(used, free, another).forEach(store::insert);

    assertThat(store.ofTenant("one")).containsExactly(free, used);
    assertThat(store.find("two", "data")).contains(another);
    assertThat(store.find("b")).contains(used);
    assertThat(store.find("one", "none")).isEmpty();
    assertThat(store.find("d")).isEmpty();
    assertThat(store.removed()).isEmpty();
  }

  @Test
  void insert_ofANameThatIsThere_isRefused() {
    store.insert(volume("a", "one", "data", Optional.empty(), List.of()));

    refused(
        ErrorCode.ALREADY_EXISTS,
        () -> store.insert(volume("b", "one", "data", Optional.empty(), List.of())));
    assertThat(store.find("b")).isEmpty();
  }

  @Test
  void update_changesUseNumbersAndSnapshots() {
    store.insert(volume("a", "one", "data", Optional.empty(), List.of(snapshot(1), snapshot(2))));
    VolumeRecord wanted =
        volume("a", "one", "data", Optional.of(USE), List.of(snapshot(2), snapshot(7)));

    assertThat(store.update("a", before -> wanted)).isEqualTo(wanted);
    assertThat(store.find("a")).contains(wanted);
    VolumeRecord free = volume("a", "one", "data", Optional.empty(), List.of());
    store.update("a", before -> free);
    assertThat(store.find("a")).contains(free);
  }

  @Test
  void update_thatThrows_changesNothing() {
    VolumeRecord volume = volume("a", "one", "data", Optional.of(USE), List.of(snapshot(1)));
    store.insert(volume);

    refused(
        ErrorCode.CONFLICT,
        () ->
            store.update(
                "a",
                before -> {
                  throw new ZansocException(ErrorCode.CONFLICT, "no");
                }));
    refused(ErrorCode.NOT_FOUND, () -> store.update("b", before -> before));
    assertThat(store.find("a")).contains(volume);
  }

  @Test
  void update_byManyAtOnce_losesNone() {
    store.insert(volume("a", "one", "data", Optional.empty(), List.of()));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Runnable> additions =
          IntStream.rangeClosed(1, 12)
              .<Runnable>mapToObj(number -> () -> store.update("a", before -> with(before, number)))
              .toList();
      additions.forEach(threads::execute);
    }
    assertThat(store.find("a").orElseThrow().snapshots()).hasSize(12);
  }

  @Test
  void remove_ofAFreeVolume_freesItsNameAndIsForgottenLater() {
    store.insert(volume("a", "one", "data", Optional.empty(), List.of(snapshot(1))));
    store.remove("a");

    assertThat(store.find("a")).isEmpty();
    assertThat(store.find("one", "data")).isEmpty();
    assertThat(store.ofTenant("one")).isEmpty();
    VolumeRecord next = volume("b", "one", "data", Optional.empty(), List.of());
    store.insert(next);
    assertThat(store.removed()).extracting(its -> its.identity().id()).containsExactly("a");
    store.forget("a");
    store.forget("b");
    assertThat(store.removed()).isEmpty();
    assertThat(store.find("b")).contains(next);
  }

  @Test
  void remove_ofAVolumeInUse_isRefused() {
    VolumeRecord used = volume("a", "one", "data", Optional.of(USE), List.of());
    store.insert(used);

    ZansocException refusal = refused(ErrorCode.CONFLICT, () -> store.remove("a"));
    assertThat(refusal).hasMessageContaining("shop/web-1");
    assertThat(store.find("a")).contains(used);
    refused(ErrorCode.NOT_FOUND, () -> store.remove("b"));
  }

  private static VolumeRecord with(VolumeRecord before, int number) {
    List<VolumeSnapshot> more = new ArrayList<>(before.snapshots());
    more.add(snapshot(number));
    return volume("a", "one", "data", Optional.empty(), more);
  }

  private static VolumeSnapshot snapshot(long number) {
    return new VolumeSnapshot(
        number,
        "object-" + number,
        NOW.plusSeconds(number),
        new ByteSize(number * 5),
        new ByteSize(number * 7),
        number % 2 == 0);
  }

  private static VolumeRecord volume(
      String id,
      String tenant,
      String name,
      Optional<VolumeRecord.Use> use,
      List<VolumeSnapshot> snapshots) {
    return new VolumeRecord(
        new VolumeRecord.Identity(id, tenant, name, NOW),
        ByteSize.ofMebibytes(64),
        "bucket-" + id,
        new VolumeRecord.SealedKey(new byte[] {1, 2, 3}),
        snapshots.size(),
        snapshots.isEmpty() ? 0 : 1,
        use,
        snapshots,
        use.isPresent() ? Optional.empty() : Optional.of(new VolumeRecord.Origin("o-" + id, 5)));
  }

  private static ZansocException refused(ErrorCode code, ThrowingCallable call) {
    ZansocException refusal = catchThrowableOfType(ZansocException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
    return refusal;
  }
}
