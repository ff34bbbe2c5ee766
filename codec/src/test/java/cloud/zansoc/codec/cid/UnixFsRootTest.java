package cloud.zansoc.codec.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class UnixFsRootTest {
  private static final int LEAF = 262144;

  /** vectors/unixfs.mjs made the vectors, and says of which bytes. */
  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/unixfs.csv", numLinesToSkip = 1)
  void finish_ofVectorFile_equalsIpfsImporter(int chunk, int size, String cid) {
    UnixFsRoot root = new UnixFsRoot(chunk, (node, block) -> {});
    byte[] part = new byte[1 << 20];
    for (int at = 0; at < size; at += part.length) {
      for (int i = 0; i < part.length; i++) {
        part[i] = patternByte(at + i);
      }
      root.update(ByteBuffer.wrap(part, 0, Math.min(part.length, size - at)));
    }
    assertThat(root.finish()).hasToString(cid);
  }

  @Test
  void update_inRandomParts_givesTheRootOfTheWhole() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    byte[] file = new byte[3 * LEAF + random.nextInt(LEAF)];
    random.nextBytes(file);
    UnixFsRoot root = new UnixFsRoot();
    for (int at = 0; at < file.length; ) {
      int length = Math.min(file.length - at, random.nextInt(2 * LEAF));
      root.update(ByteBuffer.wrap(file, at, length));
      at += length;
    }
    assertThat(root.finish()).isEqualTo(UnixFsRoot.of(file));
  }

  @Test
  void addLeaf_mixedWithUpdate_givesTheRootOfTheWhole() {
    byte[] file = new byte[2 * LEAF + 5];
    new Random(1).nextBytes(file);
    UnixFsRoot root = new UnixFsRoot();
    root.addLeaf(Digest.sha256(ByteBuffer.wrap(file, 0, LEAF)), LEAF);
    root.update(ByteBuffer.wrap(file, LEAF, LEAF + 5));
    assertThat(root.finish()).isEqualTo(UnixFsRoot.of(file));
  }

  @Test
  void finish_ofDeepTree_handsOutEveryNodeBelowTheRoot() {
    int leaves = 174 * 174 + 175;
    Map<Cid, byte[]> nodes = new HashMap<>();
    UnixFsRoot builder = new UnixFsRoot(nodes::put);
    for (int i = 0; i < leaves; i++) {
      builder.addLeaf(leafDigest(i), LEAF);
    }
    Cid root = builder.finish();
    assertThat(countLeaves(nodes, root, new int[1])).isEqualTo(leaves);
    assertThat(DagNode.decode(node(nodes, root)).fileBytes()).isEqualTo((long) leaves * LEAF);
    assertThat(nodes).hasSize(174 + 2 + 1 + 1 + 1);
    nodes.forEach((cid, block) -> assertThat(DagNode.address(block)).isEqualTo(cid));
  }

  @Test
  void addLeaf_afterShortLeaf_isRefused() {
    UnixFsRoot root = new UnixFsRoot();
    root.addLeaf(leafDigest(0), 17);
    assertThatThrownBy(() -> root.addLeaf(leafDigest(1), LEAF))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void addLeaf_inTheMiddleOfALeaf_isRefused() {
    UnixFsRoot root = new UnixFsRoot();
    root.update(ByteBuffer.wrap(new byte[3]));
    assertThatThrownBy(() -> root.addLeaf(leafDigest(1), LEAF))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void addLeaf_ofImpossibleSize_isRefused() {
    UnixFsRoot root = new UnixFsRoot();
    assertThatThrownBy(() -> root.addLeaf(leafDigest(1), LEAF + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> root.addLeaf(leafDigest(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte patternByte(int index) {
    return (byte) ((index * 0x9E3779B1) >>> 24);
  }

  private static Digest leafDigest(int index) {
    return new Digest(index, 0, 0, 0);
  }

  private static byte[] node(Map<Cid, byte[]> nodes, Cid cid) {
    byte[] block = nodes.get(cid);
    if (block == null) {
      throw new AssertionError(cid + " was not handed out");
    }
    return block;
  }

  private static int countLeaves(Map<Cid, byte[]> nodes, Cid cid, int[] next) {
    int leaves = 0;
    for (DagNode.Link link : DagNode.decode(node(nodes, cid)).links()) {
      if (link.cid().codec() == Cid.Codec.RAW) {
        assertThat(link.cid().digest()).isEqualTo(leafDigest(next[0]++));
        leaves++;
      } else {
        leaves += countLeaves(nodes, link.cid(), next);
      }
    }
    return leaves;
  }
}
