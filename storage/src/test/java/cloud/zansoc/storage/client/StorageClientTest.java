package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.cid.UnixFsRoot;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.codec.format.Manifest;
import cloud.zansoc.codec.format.ManifestSeal;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.api.VersionView;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StorageClientTest {
  private static final int BLOCK = Limits.BLOCK_BYTES;

  @TempDir Path folder;

  private static ObjectAddress at(String key) {
    return new ObjectAddress("photos", key);
  }

  @Test
  void put_sizesAroundEveryBoundary_readBackEqual() {
    try (TestCloud cloud = new TestCloud(1, 4, folder)) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      int stripe = 2 * BLOCK;
      for (int size :
          List.of(
              0,
              1,
              2,
              BLOCK - 1,
              BLOCK,
              BLOCK + 1,
              stripe - 1,
              stripe,
              stripe + 1,
              5 * stripe + 7)) {
        byte[] content = cloud.bytes(size);

        cloud.put(at("size " + size), content);

        assertThat(Arrays.equals(cloud.get(at("size " + size)), content)).as("%d", size).isTrue();
      }
      assertThat(cloud.hub.openReservations()).isZero();
      assertThat(cloud.client.peakBytes()).isBetween(1L, TestCloud.LIMITS.memory().bytes());
    }
  }

  @Test
  void put_sizesAroundASegment_readBackEqual() {
    int segment = (int) SegmentIndex.segmentBytes(1);
    for (int size : List.of(segment - 1, segment, segment + 1)) {
      try (TestCloud cloud = new TestCloud(size, 1, folder)) {
        cloud.hub.createBucket("photos", Optional.of(1), Optional.of(1));
        byte[] content = cloud.bytes(size);

        cloud.put(at("a"), content);

        assertThat(cloud.digest(at("a"))).isEqualTo(Digest.sha256(content));
        assertThat(cloud.hub.segmentCount()).isEqualTo(size > segment ? 2 : 1);
      }
    }
  }

  @Test
  void put_everySmallCode_readsBackWithAnyTolerableLoss() {
    for (int n = 1; n <= 6; n++) {
      for (int k = 1; k <= n; k++) {
        try (TestCloud cloud = new TestCloud(100 + n * 10 + k, n, folder)) {
          cloud.hub.createBucket("photos", Optional.of(k), Optional.of(n));
          byte[] content = cloud.bytes(k * BLOCK + 1 + cloud.random.nextInt(3 * BLOCK));
          cloud.put(at("a"), content);
          for (int i = 0; i < n - k; i++) {
            cloud.hosts.all().get(i).fault(MemoryHost.Fault.DEAD);
          }

          assertThat(Arrays.equals(cloud.get(at("a")), content)).as("%d of %d", k, n).isTrue();
        }
      }
    }
  }

  @Test
  void put_wideCode_staysWithinItsMemory() {
    try (TestCloud cloud = new TestCloud(2, 80, folder)) {
      cloud.hub.createBucket("photos", Optional.of(32), Optional.of(80));
      byte[] content = cloud.bytes(30 << 20);

      cloud.put(at("wide"), content);

      assertThat(Arrays.equals(cloud.get(at("wide")), content)).isTrue();
      assertThat(cloud.client.peakBytes()).isLessThanOrEqualTo(TestCloud.LIMITS.memory().bytes());
    }
  }

  @Test
  void open_ranges_equalThoseOfTheArray() {
    try (TestCloud cloud = new TestCloud(3, 5, folder)) {
      cloud.hub.createBucket("photos", Optional.of(3), Optional.of(5));
      byte[] content = cloud.bytes(7 * BLOCK + 4321);
      cloud.put(at("a"), content);
      ObjectReader reader = cloud.client.open(at("a"), Optional.empty());
      for (int i = 0; i < 200; i++) {
        int from = cloud.random.nextInt(content.length + 10);
        int length = cloud.random.nextInt(i % 2 == 0 ? 100 : content.length);

        byte[] range = TestCloud.read(reader, new ByteRange(from, length));

        int start = Math.min(from, content.length);
        int end = Math.min(content.length, start + length);
        assertThat(range).isEqualTo(Arrays.copyOfRange(content, start, end));
      }
    }
  }

  @Test
  void open_smallRange_fetchesOnlyTheBlocksNeeded() {
    try (TestCloud cloud = new TestCloud(4, 4, folder)) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      cloud.put(at("a"), cloud.bytes(8 * BLOCK));
      ObjectReader reader = cloud.client.open(at("a"), Optional.empty());

      byte[] range = TestCloud.read(reader, new ByteRange(3 * BLOCK + 10, 20));

      assertThat(range).hasSize(20);
      assertThat(cloud.hosts.gets()).isEqualTo(1);
    }
  }

  @Test
  void open_stream_givesTheSameBytes() throws Exception {
    try (TestCloud cloud = new TestCloud(5, 4, folder)) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      byte[] content = cloud.bytes(5 * BLOCK + 1);
      cloud.put(at("a"), content);
      try (var stream =
          cloud.client.open(at("a"), Optional.empty()).stream(new ByteRange(1, 4 * BLOCK))) {

        assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1, 4 * BLOCK + 1));
      }
    }
  }

  @Test
  void put_rootCid_isThatOfTheCiphertext() {
    try (TestCloud cloud = new TestCloud(6, 4, folder)) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      for (int size : List.of(0, 1, BLOCK, 2 * BLOCK, 3 * BLOCK + 5, 300 * BLOCK + 9)) {
        byte[] content = cloud.bytes(size);
        cloud.put(at("a"), content);
        Manifest manifest = cloud.client.open(at("a"), Optional.empty()).object().manifest();

        new AesCtr(manifest.content().key().toBytes()).process(0, content, 0, size);

        assertThat(manifest.content().root()).isEqualTo(UnixFsRoot.of(content));
      }
    }
  }

  @Test
  void put_oddNames_listAndReadBack() {
    List<String> names =
        List.of(
            "a b",
            "ä/ö/ü",
            "日本語.txt",
            "emoji 🎉",
            "e\u0301",
            "..",
            "a//b",
            "#?&=%+;",
            "\u202e",
            "line\nbreak",
            " ",
            "x".repeat(1024));
    try (TestCloud cloud = new TestCloud(7, 4, folder)) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      for (String name : names) {
        byte[] content = cloud.bytes(10);
        cloud.put(at(name), content);
        assertThat(cloud.get(at(name))).isEqualTo(content);
      }
      assertThat(cloud.hub.listAll("photos", "").stream().map(VersionView::key))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void put_again_chainsToTheVersionBefore() {
    try (TestCloud cloud = new TestCloud(8, 4, folder)) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      String first = cloud.put(at("a"), new byte[] {1});
      cloud.put(at("a"), new byte[] {2});
      Manifest newest = cloud.client.open(at("a"), Optional.empty()).object().manifest();
      byte[] sealed = cloud.hub.object("photos", "a", Optional.of(first)).manifest();

      assertThat(newest.previous()).contains(ManifestSeal.address(sealed));

      cloud.client.restore(at("a"), first);
      assertThat(cloud.get(at("a"))).isEqualTo(new byte[] {1});
      assertThat(cloud.hub.versions("photos", "a")).hasSize(3);
    }
  }

  @Test
  void move_object_readsUnderTheNewNameOnly() {
    try (TestCloud cloud = new TestCloud(9, 4, folder)) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      byte[] content = cloud.bytes(3 * BLOCK);
      cloud.put(at("a"), content);
      int puts = cloud.hosts.puts();

      cloud.client.move(at("a"), at("b/ü"));

      assertThat(cloud.get(at("b/ü"))).isEqualTo(content);
      assertThat(cloud.hosts.puts()).isEqualTo(puts);
      assertThatThrownBy(() -> cloud.get(at("a")))
          .isInstanceOfSatisfying(
              ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
  }

  @Test
  void open_otherRootKey_saysWrongKey() {
    try (TestCloud cloud = new TestCloud(10, 4, folder);
        StorageClient other = cloud.anotherClient(RootKey.random(cloud.random))) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      cloud.put(at("a"), new byte[] {1});

      assertThatThrownBy(() -> other.open(at("a"), Optional.empty()))
          .isInstanceOfSatisfying(
              ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_KEY));
    }
  }

  @Test
  void share_link_opensOneVersionWithoutTheRootKey() {
    try (TestCloud cloud = new TestCloud(11, 4, folder);
        StorageClient stranger = cloud.anotherClient(RootKey.random(cloud.random))) {
      cloud.hub.createBucket("photos", Optional.of(2), Optional.of(4));
      byte[] content = cloud.bytes(BLOCK + 1);
      cloud.put(at("a"), content);
      StorageClient.Share share = cloud.client.share(at("a"), Optional.empty(), Optional.empty());
      cloud.put(at("a"), new byte[] {2});

      ObjectReader reader = stranger.openShare(share.view().id(), share.key());

      assertThat(TestCloud.read(reader, ByteRange.ALL)).isEqualTo(content);
      cloud.hub.revokeShare(share.view().id());
      assertThatThrownBy(() -> stranger.openShare(share.view().id(), share.key()))
          .isInstanceOfSatisfying(
              ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.GONE));
    }
  }
}
