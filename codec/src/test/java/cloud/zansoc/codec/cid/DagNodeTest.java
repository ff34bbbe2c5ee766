package cloud.zansoc.codec.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DagNodeTest {
  private static final DagNode.Link LEAF =
      new DagNode.Link(Cid.raw(new Digest(1, 2, 3, 4)), 262144, 262144);

  // A node of one leaf of three bytes, each field on its own line.
  private static final String LINK =
      "0a24"
          + "01551220"
          + "0000000000000001000000000000000200000000000000030000000000000004"
          + "1200"
          + "1803";
  private static final String NODE = "122a" + LINK + "0a06" + "0802" + "1803" + "2003";

  @Test
  void encode_ofOneLeaf_equalsTheProtobufByHand() {
    DagNode node = new DagNode(List.of(new DagNode.Link(LEAF.cid(), 3, 3)));
    assertThat(HexFormat.of().formatHex(node.encode())).isEqualTo(NODE);
    assertThat(DagNode.decode(node.encode())).isEqualTo(node);
  }

  @Test
  void decode_ofEncoded_givesTheNode() {
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      DagNode.Link[] links = new DagNode.Link[1 + random.nextInt(174)];
      for (int j = 0; j < links.length; j++) {
        Digest digest = new Digest(random.nextLong(), j, 0, 0);
        long bytes = random.nextLong() >>> (10 + random.nextInt(54));
        Cid cid = random.nextBoolean() ? Cid.raw(digest) : Cid.dagPb(digest);
        links[j] = new DagNode.Link(cid, bytes, random.nextLong() >>> (10 + random.nextInt(54)));
      }
      DagNode node = new DagNode(List.of(links));
      assertThat(DagNode.decode(node.encode())).isEqualTo(node);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "122a0a24,0a2a0a24,bytes too many",
    "0a060802,0c060802,not where it must be",
    "08021803,08011803,not of a file",
    "12001803,12011803,has a name",
    "18032003,18042003,do not add up",
    "0a240155,0a250155,bytes too many",
    "0a240155,0a7f0155,a field of 127 bytes",
    "18032003,18032083,cut short",
    "0a060802,0a050802,bytes too many",
    "18032003,180320030a00,bytes too many",
  })
  void decode_ofChangedNode_isRefusedWithTheReason(String from, String to, String reason) {
    assertThat(NODE).containsOnlyOnce(from);
    byte[] encoded = HexFormat.of().parseHex(NODE.replace(from, to));
    assertThatThrownBy(() -> DagNode.decode(encoded))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(reason);
  }

  @Test
  void decode_beyondItsLimits_isRefused() {
    assertThatThrownBy(() -> DagNode.decode(new byte[DagNode.MAX_BYTES + 1]))
        .hasMessageContaining("bytes");
    String tooMany = ("122a" + LINK).repeat(DagNode.MAX_LINKS + 1) + "0a020802";
    assertThatThrownBy(() -> DagNode.decode(HexFormat.of().parseHex(tooMany)))
        .hasMessageContaining("more than 8192 links");
    assertThatThrownBy(() -> new DagNode(Collections.nCopies(DagNode.MAX_LINKS + 1, LEAF)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DagNode.decode(HexFormat.of().parseHex("0a0408021800")))
        .hasMessageContaining("1 to 8192 links");
  }

  @Test
  void decode_whereSizesOverflow_isRefused() {
    String size = "ffffffffffffffff7f";
    String node =
        ("122a" + LINK).repeat(2) + "0a20" + "0802" + "18" + size + ("20" + size).repeat(2);
    assertThatThrownBy(() -> DagNode.decode(HexFormat.of().parseHex(node)))
        .isInstanceOf(ZansocException.class)
        .hasMessageContaining("overflow");
  }
}
