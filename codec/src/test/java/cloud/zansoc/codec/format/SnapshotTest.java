package cloud.zansoc.codec.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.ZansocException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class SnapshotTest {
  private static final Snapshot FIRST = next(1, Samples.TIME, Optional.empty());
  private static final byte[] FIRST_SEALED =
      SnapshotSeal.seal(Samples.BUCKET_KEY, FIRST, new Random(1));
  private static final Digest FIRST_ADDRESS = SnapshotSeal.address(FIRST_SEALED);

  @Test
  void open_ofManyEntries_givesTheSnapshot() {
    Random random = new Random(17);
    List<Snapshot.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      entries.add(
          new Snapshot.Entry(
              new ObjectKey("photo %06d é".formatted(i)),
              "v" + random.nextInt(),
              Samples.digest(random.nextInt()),
              random.nextLong() >>> 1));
    }
    Snapshot snapshot =
        new Snapshot(Samples.BUCKET, 9, Samples.TIME, Optional.of(FIRST_ADDRESS), entries);
    byte[] sealed = SnapshotSeal.seal(Samples.BUCKET_KEY, snapshot, random);
    assertThat(SnapshotSeal.open(Samples.BUCKET_KEY, sealed)).isEqualTo(snapshot);
  }

  @Test
  void open_withAnotherKeyOrChangedBytes_isRefused() {
    byte[] sealed = FIRST_SEALED.clone();
    refused(ErrorCode.WRONG_KEY, () -> SnapshotSeal.open(Samples.ROOT.bucketKey("other"), sealed));
    sealed[sealed.length - 1] ^= 1;
    refused(ErrorCode.DAMAGED, () -> SnapshotSeal.open(Samples.BUCKET_KEY, sealed));
  }

  @Test
  void open_ofAManifest_isRefused() {
    byte[] manifest = ManifestSeal.seal(Samples.BUCKET_KEY, Samples.MANIFEST, new Random(1));
    refused(ErrorCode.INVALID_ARGUMENT, () -> SnapshotSeal.open(Samples.BUCKET_KEY, manifest));
    refused(ErrorCode.INVALID_ARGUMENT, () -> ManifestSeal.open(Samples.BUCKET_KEY, FIRST_SEALED));
  }

  @Test
  void decode_ofEveryPrefix_isRefused() {
    byte[] body = Samples.SNAPSHOT.encode();
    for (int length = 0; length < body.length; length++) {
      byte[] prefix = Arrays.copyOf(body, length);
      refused(ErrorCode.INVALID_ARGUMENT, () -> Snapshot.decode(prefix));
    }
  }

  @Test
  void checkFollows_ofTheNext_passes() {
    next(2, Samples.TIME, Optional.of(FIRST_ADDRESS)).checkFollows(FIRST, FIRST_ADDRESS);
  }

  @Test
  void checkFollows_whereTheChainBreaks_saysWhere() {
    Optional<Digest> previous = Optional.of(FIRST_ADDRESS);
    breaks(next(3, Samples.TIME, previous), "sequence 1");
    breaks(next(2, Samples.TIME, Optional.of(Samples.digest(5))), "address");
    breaks(next(2, Samples.TIME.minusMillis(1), previous), "taken later");
    breaks(
        new Snapshot(new BucketName("other"), 2, Samples.TIME, previous, List.of()),
        "of bucket photos");
  }

  @Test
  void constructor_ofWhatCannotBe_isRefused() {
    invalid(() -> next(0, Samples.TIME, Optional.empty()));
    invalid(() -> next(1, Samples.TIME, Optional.of(FIRST_ADDRESS)));
    invalid(() -> next(2, Samples.TIME, Optional.empty()));
    Snapshot.Entry a = entry("a", "1", 0);
    Snapshot.Entry b = entry("b", "1", 0);
    invalid(() -> of(List.of(b, a)));
    invalid(() -> of(List.of(a, a)));
    invalid(() -> entry("a", "", 0));
    invalid(() -> entry("a", "\ud800", 0));
    invalid(() -> entry("a", "x".repeat(256), 0));
    invalid(() -> entry("a", "1", -1));
  }

  private static Snapshot next(long sequence, Instant at, Optional<Digest> previous) {
    return new Snapshot(
        Samples.BUCKET, sequence, at, previous, List.of(entry("a", "1", 7), entry("b", "2", 0)));
  }

  private static Snapshot of(List<Snapshot.Entry> entries) {
    return new Snapshot(Samples.BUCKET, 1, Samples.TIME, Optional.empty(), entries);
  }

  private static Snapshot.Entry entry(String key, String versionId, long size) {
    return new Snapshot.Entry(new ObjectKey(key), versionId, Samples.digest(1), size);
  }

  private static void breaks(Snapshot next, String reason) {
    assertThatThrownBy(() -> next.checkFollows(FIRST, FIRST_ADDRESS))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessageContaining(reason);
  }

  private static void invalid(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
