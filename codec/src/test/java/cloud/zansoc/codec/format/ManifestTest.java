package cloud.zansoc.codec.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.cid.Cid;
import cloud.zansoc.codec.crypto.BucketKey;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.codec.crypto.SealKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ManifestTest {
  private static final int SEGMENT = 64 << 20;

  @Test
  void open_ofRandomManifest_givesIt() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Manifest manifest = randomManifest(random);
      byte[] sealed = ManifestSeal.seal(Samples.BUCKET_KEY, manifest, random);
      assertThat(ManifestSeal.open(Samples.BUCKET_KEY, sealed)).isEqualTo(manifest);
      SealKey shared = ManifestSeal.keyOf(Samples.BUCKET_KEY, sealed);
      assertThat(ManifestSeal.open(shared, sealed)).isEqualTo(manifest);
    }
  }

  @Test
  void seal_twice_givesDifferentBytesAndKeys() {
    Random random = new Random(1);
    byte[] one = ManifestSeal.seal(Samples.BUCKET_KEY, Samples.MANIFEST, random);
    byte[] other = ManifestSeal.seal(Samples.BUCKET_KEY, Samples.MANIFEST, random);
    assertThat(ManifestSeal.address(one)).isNotEqualTo(ManifestSeal.address(other));
    SealKey shared = ManifestSeal.keyOf(Samples.BUCKET_KEY, one);
    refused(ErrorCode.WRONG_KEY, () -> ManifestSeal.open(shared, other));
  }

  @Test
  void open_withAnotherKey_saysWhatToDo() {
    byte[] sealed =
        ManifestSeal.seal(Samples.BUCKET_KEY, Samples.MANIFEST, Samples.countingRandom());
    BucketKey otherRoot = RootKey.random(new Random(2)).bucketKey("bucket-1");
    BucketKey otherBucket = Samples.ROOT.bucketKey("bucket-2");
    SealKey otherLink = new SealKey(Key256.of(new byte[32]));
    refused(ErrorCode.WRONG_KEY, () -> ManifestSeal.open(otherRoot, sealed))
        .hasMessageContaining("log in with the recovery phrase");
    refused(ErrorCode.WRONG_KEY, () -> ManifestSeal.open(otherBucket, sealed));
    refused(ErrorCode.WRONG_KEY, () -> ManifestSeal.open(otherLink, sealed))
        .hasMessageContaining("share link");
  }

  @Test
  void open_afterAnyBitWasChanged_isRefused() {
    byte[] sealed =
        ManifestSeal.seal(Samples.BUCKET_KEY, Samples.MANIFEST, Samples.countingRandom());
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      ErrorCode expected =
          bit < 24
              ? ErrorCode.INVALID_ARGUMENT
              : bit < 32
                  ? ErrorCode.UNSUPPORTED
                  : bit < 52 * 8 ? ErrorCode.WRONG_KEY : ErrorCode.DAMAGED;
      refused(expected, () -> ManifestSeal.open(Samples.BUCKET_KEY, changed));
    }
  }

  @Test
  void decode_ofANewerVersion_asksForANewerProgram() {
    byte[] body = Samples.MANIFEST.encode();
    body[0] = 2;
    refused(ErrorCode.UNSUPPORTED, () -> Manifest.decode(body))
        .hasMessageContaining("newer zansoc");
  }

  @Test
  void decode_ofEveryPrefixAndOfMore_isRefused() {
    byte[] body = Samples.MANIFEST.encode();
    for (int length = 0; length < body.length; length++) {
      byte[] prefix = Arrays.copyOf(body, length);
      refused(ErrorCode.INVALID_ARGUMENT, () -> Manifest.decode(prefix));
    }
    byte[] more = Arrays.copyOf(body, body.length + 1);
    refused(ErrorCode.INVALID_ARGUMENT, () -> Manifest.decode(more))
        .hasMessageContaining("1 bytes follow");
  }

  @Test
  void seal_of20GibibyteObject_takesSome13Kilobytes() {
    List<Manifest.Extent> extents = new ArrayList<>();
    for (int i = 0; i < 320; i++) {
      extents.add(new Manifest.Extent(Samples.digest(i), 0, SEGMENT));
    }
    byte[] sealed =
        ManifestSeal.seal(Samples.BUCKET_KEY, withExtents(20L << 30, extents), new Random(1));
    assertThat(sealed).hasSizeLessThan(13_500);
  }

  @Test
  void seal_ofTheMostExtents_isWithinItsLimit() {
    List<Manifest.Extent> extents =
        Collections.nCopies(
            Manifest.MAX_EXTENTS, new Manifest.Extent(Samples.digest(0), 0, SEGMENT));
    Manifest manifest = withExtents((long) Manifest.MAX_EXTENTS * SEGMENT, extents);
    byte[] sealed = ManifestSeal.seal(Samples.BUCKET_KEY, manifest, new Random(1));
    assertThat(sealed).hasSizeLessThan(ManifestSeal.MAX_BYTES);
    assertThat(ManifestSeal.open(Samples.BUCKET_KEY, sealed)).isEqualTo(manifest);
  }

  @Test
  void check_ofAnotherObjectsManifest_isDamaged() {
    assertThat(Samples.MANIFEST.check(Samples.BUCKET, Samples.KEY)).isEqualTo(Samples.MANIFEST);
    refused(
        ErrorCode.DAMAGED, () -> Samples.MANIFEST.check(Samples.BUCKET, new ObjectKey("other")));
    refused(ErrorCode.DAMAGED, () -> Samples.MANIFEST.check(new BucketName("other"), Samples.KEY));
  }

  @Test
  void constructors_ofWhatCannotBe_areRefused() {
    Digest segment = Samples.digest(1);
    invalid(() -> new Manifest.Extent(segment, -1, 5));
    invalid(() -> new Manifest.Extent(segment, 0, 0));
    invalid(() -> new Manifest.Extent(segment, 1, SEGMENT));
    invalid(() -> new Manifest.Extent(segment, Integer.MAX_VALUE, Integer.MAX_VALUE));
    invalid(() -> withExtents(6, List.of(new Manifest.Extent(segment, 0, 5))));
    invalid(() -> withExtents(-1, List.of()));
    invalid(() -> attributes(Optional.of("x".repeat(1025)), Map.of()));
    invalid(() -> attributes(Optional.of("\ud800"), Map.of()));
    invalid(() -> attributes(Optional.empty(), Map.of("a", "b".repeat(16 * 1024))));
    invalid(() -> attributes(Optional.empty(), Map.of("\udc00", "b")));
  }

  @Test
  void decode_ofMetadataOutOfOrder_isRefused() {
    String hex = HexFormat.of().formatHex(Samples.MANIFEST.encode());
    String camera = "000663616d6572610004" + "78313030";
    String title = "00057469746c650005" + "4162656e64";
    assertThat(hex).contains(camera + title);
    byte[] swapped = HexFormat.of().parseHex(hex.replace(camera + title, title + camera));
    refused(ErrorCode.INVALID_ARGUMENT, () -> Manifest.decode(swapped))
        .hasMessageContaining("not in order");
  }

  private static Manifest randomManifest(Random random) {
    List<Manifest.Extent> extents = new ArrayList<>();
    long size = 0;
    int count = random.nextInt(10);
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(SEGMENT);
      extents.add(
          new Manifest.Extent(
              Samples.digest(random.nextInt()), random.nextInt(SEGMENT - length + 1), length));
      size += length;
    }
    Map<String, String> metadata = new HashMap<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      metadata.put(randomText(random), randomText(random));
    }
    return new Manifest(
        Samples.BUCKET,
        new ObjectKey("k" + randomText(random)),
        new Manifest.Attributes(
            random.nextBoolean() ? Optional.empty() : Optional.of(randomText(random)),
            metadata,
            Instant.ofEpochSecond(random.nextLong() >> 24, random.nextInt(1_000_000_000)),
            random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt())),
        new Manifest.Content(
            size, Key256.random(random), Cid.raw(Samples.digest(random.nextInt())), extents),
        random.nextBoolean() ? Optional.empty() : Optional.of(Samples.digest(random.nextInt())));
  }

  private static String randomText(Random random) {
    int[] points = {1, 'a', 'z', 0xe9, 0x7ff, 0xd7ff, 0xe000, 0xffff, 0x1f680, 0x10ffff};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  private static Manifest withExtents(long size, List<Manifest.Extent> extents) {
    return new Manifest(
        Samples.BUCKET,
        Samples.KEY,
        Manifest.Attributes.of(Samples.TIME),
        new Manifest.Content(size, Key256.of(new byte[32]), Cid.raw(Samples.digest(0)), extents),
        Optional.empty());
  }

  private static Manifest.Attributes attributes(
      Optional<String> contentType, Map<String, String> metadata) {
    return new Manifest.Attributes(contentType, metadata, Samples.TIME, OptionalInt.empty());
  }

  private static void invalid(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  private static AbstractThrowableAssert<?, ?> refused(ErrorCode code, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
