package cloud.zansoc.codec.format;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.cid.Cid;
import cloud.zansoc.codec.cid.DagNode;
import cloud.zansoc.codec.crypto.BucketKey;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.codec.crypto.SealKey;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** One of each format, made of plain counting bytes: docs/format/README.md lists what went in. */
final class Samples {
  static final RootKey ROOT = new RootKey(Key256.of(counting(0x00)));
  static final BucketKey BUCKET_KEY = ROOT.bucketKey("bucket-1");
  static final BucketName BUCKET = new BucketName("photos");
  static final ObjectKey KEY = new ObjectKey("2026/Größe \ud83d\ude80.png");
  static final PrivateKey HUB_KEY = Ed25519.privateKey(counting(0x20));
  static final PrivateKey HOST_KEY = Ed25519.privateKey(counting(0x40));
  static final byte[] HUB_PUBLIC =
      raw("29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7");
  static final byte[] HOST_PUBLIC =
      raw("2543b92ff1095511476adc8369db6ddc933665a11978dda1404ee1066ca9559d");
  static final PeerId HUB = PeerId.ofPublicKey(HUB_PUBLIC);
  static final PeerId HOST = PeerId.ofPublicKey(HOST_PUBLIC);
  static final PeerId CLIENT = new PeerId(digest(0x60));
  static final ShardId SHARD = ShardId.read(ByteBuffer.wrap(counting(0x80)));
  static final Instant TIME = Instant.parse("2026-11-23T12:00:00Z");

  static final Manifest MANIFEST =
      new Manifest(
          BUCKET,
          KEY,
          new Manifest.Attributes(
              Optional.of("image/png"),
              Map.of("title", "Abend", "camera", "x100"),
              TIME.plusNanos(123_456_789),
              OptionalInt.of(0100644)),
          new Manifest.Content(
              70_000_000,
              Key256.of(counting(0xa0)),
              Cid.dagPb(digest(0xc0)),
              List.of(
                  new Manifest.Extent(digest(0x01), 0, 67_108_864),
                  new Manifest.Extent(digest(0x02), 4096, 2_891_136))),
          Optional.of(digest(0x03)));

  static final Snapshot SNAPSHOT =
      new Snapshot(
          BUCKET,
          2,
          TIME,
          Optional.of(digest(0x10)),
          List.of(
              new Snapshot.Entry(KEY, "v-0002", digest(0x11), 70_000_000),
              new Snapshot.Entry(new ObjectKey("empty"), "v-0001", digest(0x12), 0)));

  static final Permit PERMIT =
      new Permit(
          HUB,
          HOST,
          CLIENT,
          SHARD,
          Permit.Action.PUT,
          1 << 26,
          TIME,
          TIME.plusSeconds(3600),
          0x0123456789abcdefL);

  static final Receipt RECEIPT =
      new Receipt(
          HOST,
          CLIENT,
          PERMIT.sign(HUB_KEY).id(),
          SHARD,
          Permit.Action.PUT,
          262_144 + 1000,
          2,
          Receipt.digestOf(List.of(digest(0x31), digest(0x30))),
          TIME.plusMillis(1500));

  static final UsageReceipt USAGE =
      new UsageReceipt(
          HOST,
          HUB,
          new UsageReceipt.Stay(
              new InstanceId(0x8081828384858687L, 0x88898a8b8c8d8e8fL),
              2,
              3,
              Optional.of(digest(0xb0))),
          new UsageReceipt.Period(4, TIME, TIME.plusSeconds(7200)),
          new UsageReceipt.Used(7000, 6900, 42, 1_234_567, 900_000, 14_745_600, 1 << 20, 1 << 21));

  static final ShareLink SHARE =
      new ShareLink(
          "hub.example.org", 7443, SHARD.toString(), HUB, new SealKey(Key256.of(counting(0xe0))));

  private static final VolumeObject VOLUME_OBJECT = new VolumeObject(7, 0x1122334455667788L);

  /** Two blocks: one stored now, one before. */
  static final VolumeLeaf VOLUME_LEAF =
      new VolumeLeaf(
          List.of(
              new VolumeLeaf.Entry(0, new VolumeObject(3, -1), 262_144, digest(0x50)),
              new VolumeLeaf.Entry(511, VOLUME_OBJECT, 0, digest(0x51))));

  static final VolumeRoot VOLUME_ROOT =
      new VolumeRoot(
          7,
          2,
          TIME,
          1L << 30,
          Optional.of(new VolumeObject(6, 5)),
          List.of(
              new VolumeRoot.Part(new VolumeObject(3, -1), 4, 1),
              new VolumeRoot.Part(VOLUME_OBJECT, 1, 1)),
          List.of(new VolumeRoot.LeafPlace(2, VOLUME_OBJECT, 262_144, 120, digest(0x52))));

  /** The inner node over two leaves, of 256 KiB and of 5 bytes. */
  static DagNode dagNode() {
    return new DagNode(
        List.of(
            new DagNode.Link(Cid.raw(digest(0x40)), 262_144, 262_144),
            new DagNode.Link(Cid.raw(digest(0x41)), 5, 5)));
  }

  /** Two stripes of 2 of 3: one full, one of 2000 bytes. */
  static SegmentIndex segmentIndex() {
    ByteBuffer digests = ByteBuffer.allocate(6 * Digest.BYTES);
    for (int i = 0; i < 6; i++) {
      digest(0x30 + i).write(digests);
    }
    return new SegmentIndex(2, 3, 2 * 262_144 + 2000, digests.array());
  }

  /** Gives 0, 1, 2 and so on, where a secure generator is wanted. */
  static RandomGenerator countingRandom() {
    return new RandomGenerator() {
      private byte next;

      @Override
      public long nextLong() {
        throw new UnsupportedOperationException("only bytes are drawn here");
      }

      @Override
      public void nextBytes(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = next++;
        }
      }
    };
  }

  /** 32 bytes that count up from {@code first}. */
  static byte[] counting(int first) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  static Digest digest(int first) {
    return Digest.of(counting(first));
  }

  private static byte[] raw(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private Samples() {}
}
