package cloud.zansoc.storage.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepairOrderTest {
  private static PeerId peer(int number) {
    return new PeerId(new Digest(number, 0, 0, 1));
  }

  private static Permit.Signed permit(int host, Permit.Action action) {
    byte[] signature = new byte[64];
    Arrays.fill(signature, (byte) host);
    return new Permit.Signed(
        new Permit(
            peer(1),
            peer(host),
            peer(2),
            new ShardId(3, 4),
            action,
            1000,
            Instant.ofEpochMilli(5000),
            Instant.ofEpochMilli(6000),
            7),
        signature);
  }

  private static RepairOrder order() {
    byte[] digests = new byte[3 * Digest.BYTES];
    Arrays.fill(digests, (byte) 9);
    return new RepairOrder(
        new ShardId(3, 4),
        new SegmentIndex(2, 3, 100, digests),
        new BlockDialer.Relay(peer(1), new HostAddress("hub.example", 7443)),
        List.of(
            new RepairOrder.Place(0, peer(10), Optional.empty(), permit(10, Permit.Action.GET)),
            new RepairOrder.Place(
                1,
                peer(11),
                Optional.of(new HostAddress("2001:db8::1", 7070)),
                permit(11, Permit.Action.GET))),
        List.of(
            new RepairOrder.Place(2, peer(12), Optional.empty(), permit(12, Permit.Action.PUT))));
  }

  private static RepairResult result() {
    byte[] signature = new byte[64];
    Receipt receipt =
        new Receipt(
            peer(12),
            peer(2),
            new Digest(1, 2, 3, 4),
            new ShardId(3, 4),
            Permit.Action.PUT,
            50,
            1,
            new Digest(5, 6, 7, 8),
            Instant.ofEpochMilli(5500));
    return new RepairResult(
        List.of(new Receipt.Signed(receipt, signature)),
        List.of(new RepairResult.Failure(1, ErrorCode.NO_SPACE, "the disk is full")));
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream file = RepairOrderTest.class.getResourceAsStream("/golden/" + name)) {
      if (file == null) {
        throw new IOException("no golden file " + name);
      }
      return HexFormat.of()
          .parseHex(
              new String(file.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII).strip());
    }
  }

  @Test
  void encode_order_isTheGoldenFile() throws IOException {
    assertThat(HexFormat.of().formatHex(order().encode()))
        .isEqualTo(HexFormat.of().formatHex(golden("repair-order-1.hex")));
    assertThat(RepairOrder.decode(golden("repair-order-1.hex"))).isEqualTo(order());
  }

  @Test
  void encode_result_isTheGoldenFile() throws IOException {
    assertThat(HexFormat.of().formatHex(result().encode()))
        .isEqualTo(HexFormat.of().formatHex(golden("repair-result-1.hex")));
    assertThat(RepairResult.decode(golden("repair-result-1.hex"))).isEqualTo(result());
  }

  @Test
  void decode_everyPrefix_isRefused() {
    byte[] order = order().encode();
    for (int length = 0; length < order.length; length++) {
      byte[] cut = Arrays.copyOf(order, length);
      assertThatThrownBy(() -> RepairOrder.decode(cut)).isInstanceOf(ZansocException.class);
    }
    byte[] result = result().encode();
    for (int length = 0; length < result.length; length++) {
      byte[] cut = Arrays.copyOf(result, length);
      assertThatThrownBy(() -> RepairResult.decode(cut)).isInstanceOf(ZansocException.class);
    }
  }

  @Test
  void decode_everyByteChanged_isRefusedOrAnotherOrder() {
    byte[] bytes = order().encode();
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) 0x81;
      try {
        assertThat(RepairOrder.decode(changed)).isNotEqualTo(order());
      } catch (ZansocException e) {
        assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.PERMIT_INVALID);
      }
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> RepairOrder.decode(longer)).isInstanceOf(ZansocException.class);
  }
}
