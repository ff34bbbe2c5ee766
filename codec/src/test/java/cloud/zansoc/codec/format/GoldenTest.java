package cloud.zansoc.codec.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.codec.cid.DagNode;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.crypto.RecoveryPhrase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every format, as they are for good. A golden file never changes: a format that must
 * change gets a new version, a new golden file, and a step from the old. What the code makes is
 * left in target/golden, for a new file to be copied from.
 */
final class GoldenTest {
  private static final int HEX_LINE = 64;

  @Test
  void manifest_sealed_equalsItsGoldenFile() throws IOException {
    byte[] sealed =
        ManifestSeal.seal(Samples.BUCKET_KEY, Samples.MANIFEST, Samples.countingRandom());
    byte[] golden = golden("manifest", sealed);
    assertThat(ManifestSeal.open(Samples.BUCKET_KEY, golden)).isEqualTo(Samples.MANIFEST);
    assertThat(ManifestSeal.open(ManifestSeal.keyOf(Samples.BUCKET_KEY, golden), golden))
        .isEqualTo(Samples.MANIFEST);
  }

  @Test
  void manifestBody_encoded_equalsItsGoldenFile() throws IOException {
    byte[] golden = golden("manifest-body", Samples.MANIFEST.encode());
    assertThat(Manifest.decode(golden)).isEqualTo(Samples.MANIFEST);
  }

  @Test
  void snapshot_sealed_equalsItsGoldenFile() throws IOException {
    byte[] sealed =
        SnapshotSeal.seal(Samples.BUCKET_KEY, Samples.SNAPSHOT, Samples.countingRandom());
    byte[] golden = golden("snapshot", sealed);
    assertThat(SnapshotSeal.open(Samples.BUCKET_KEY, golden)).isEqualTo(Samples.SNAPSHOT);
  }

  @Test
  void snapshotBody_encoded_equalsItsGoldenFile() throws IOException {
    byte[] golden = golden("snapshot-body", Samples.SNAPSHOT.encode());
    assertThat(Snapshot.decode(golden)).isEqualTo(Samples.SNAPSHOT);
  }

  @Test
  void volumeRoot_encoded_equalsItsGoldenFile() throws IOException {
    byte[] golden = golden("volume-root", Samples.VOLUME_ROOT.encode());
    assertThat(VolumeRoot.decode(golden)).isEqualTo(Samples.VOLUME_ROOT);
  }

  @Test
  void volumeLeaf_encoded_equalsItsGoldenFile() throws IOException {
    byte[] golden = golden("volume-leaf", Samples.VOLUME_LEAF.encode());
    assertThat(VolumeLeaf.decode(golden)).isEqualTo(Samples.VOLUME_LEAF);
  }

  @Test
  void segmentIndex_encoded_equalsItsGoldenFile() throws IOException {
    SegmentIndex index = Samples.segmentIndex();
    SegmentIndex golden = SegmentIndex.decode(golden("segment-index", index.encode()));
    assertThat(golden).isEqualTo(index);
    assertThat(List.of(golden.k(), golden.n(), golden.stripes())).containsExactly(2, 3, 2);
    assertThat(golden.length()).isEqualTo(526_288);
    assertThat(golden.blockBytes(1)).isEqualTo(1000);
    assertThat(golden.digest(1, 2)).isEqualTo(Samples.digest(0x35));
  }

  @Test
  void permit_signed_equalsItsGoldenFile() throws IOException {
    Permit.Signed permit = Samples.PERMIT.sign(Samples.HUB_KEY);
    Permit.Signed golden = Permit.Signed.decode(golden("permit", permit.encode()));
    assertThat(golden).isEqualTo(permit);
    assertThat(
            golden.check(
                Ed25519.publicKey(Samples.HUB_PUBLIC), Samples.HOST, Samples.CLIENT, Samples.TIME))
        .isEqualTo(Samples.PERMIT);
  }

  @Test
  void receipt_signed_equalsItsGoldenFile() throws IOException {
    Receipt.Signed receipt = Samples.RECEIPT.sign(Samples.HOST_KEY);
    Receipt.Signed golden = Receipt.Signed.decode(golden("receipt", receipt.encode()));
    assertThat(golden).isEqualTo(receipt);
    assertThat(golden.isSignedBy(Ed25519.publicKey(Samples.HOST_PUBLIC))).isTrue();
  }

  @Test
  void usageReceipt_signedByBoth_equalsItsGoldenFile() throws IOException {
    UsageReceipt.Signed receipt = Samples.USAGE.sign(Samples.HOST_KEY).countersign(Samples.HUB_KEY);
    UsageReceipt.Signed golden =
        UsageReceipt.Signed.decode(golden("usage-receipt", receipt.encode()));
    assertThat(golden).isEqualTo(receipt);
    assertThat(golden.receipt()).isEqualTo(Samples.USAGE);
    assertThat(golden.half().isSignedBy(Ed25519.publicKey(Samples.HOST_PUBLIC))).isTrue();
    assertThat(golden.isSignedBy(Ed25519.publicKey(Samples.HUB_PUBLIC))).isTrue();
    assertThat(golden.isSignedBy(Ed25519.publicKey(Samples.HOST_PUBLIC))).isFalse();
    UsageReceipt.HostSigned half = UsageReceipt.HostSigned.decode(golden.half().encode());
    assertThat(half.countersign(Samples.HUB_KEY)).isEqualTo(receipt);
  }

  @Test
  void dagNode_encoded_equalsItsGoldenFile() throws IOException {
    DagNode golden = DagNode.decode(golden("dag-node", Samples.dagNode().encode()));
    assertThat(golden).isEqualTo(Samples.dagNode());
  }

  @Test
  void shareLink_formatted_equalsItsGoldenFile() throws IOException {
    String golden = goldenText("share-link.txt", Samples.SHARE.format());
    assertThat(ShareLink.parse(golden)).isEqualTo(Samples.SHARE);
  }

  @Test
  void recoveryPhrase_ofTheRoot_equalsItsGoldenFile() throws IOException {
    String golden = goldenText("recovery-phrase.txt", RecoveryPhrase.of(Samples.ROOT));
    assertThat(RecoveryPhrase.parse(golden)).isEqualTo(Samples.ROOT);
  }

  /** The bytes of the golden file, once {@code made} is seen to equal them. */
  private static byte[] golden(String name, byte[] made) throws IOException {
    String lines = HexFormat.of().formatHex(made).replaceAll("(.{" + HEX_LINE + "})(?=.)", "$1\n");
    return HexFormat.of().parseHex(goldenText(name + ".hex", lines).replace("\n", ""));
  }

  private static String goldenText(String file, String made) throws IOException {
    Path copy = Path.of("target", "golden", file);
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, made + "\n");
    try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + file)) {
      assertThat(in).as("the golden file %s", file).isNotNull();
      String golden = new String(in.readAllBytes(), US_ASCII);
      assertThat(made + "\n").isEqualTo(golden);
      return golden.strip();
    }
  }
}
