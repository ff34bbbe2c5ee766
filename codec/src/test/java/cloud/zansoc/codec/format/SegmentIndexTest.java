package cloud.zansoc.codec.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SegmentIndexTest {
  @ParameterizedTest
  @CsvSource({
    "1,67108864",
    "6,66060288",
    "10,65536000",
    "32,67108864",
    "80,62914560",
    "255,66846720"
  })
  void segmentBytes_ofK_isTheMostWholeStripes(int k, long bytes) {
    assertThat(SegmentIndex.segmentBytes(k)).isEqualTo(bytes);
    assertThat(bytes % ((long) k * Limits.BLOCK_BYTES)).isZero();
  }

  @Test
  void shape_ofRandomSegments_coversEveryByteOnce() {
    Random random = new Random(23);
    for (int i = 0; i < 300; i++) {
      int k = 1 + random.nextInt(255);
      int n = k + random.nextInt(256 - k);
      long length = 1 + random.nextLong(SegmentIndex.segmentBytes(k));
      int stripes = (int) ((length - 1) / ((long) k * Limits.BLOCK_BYTES)) + 1;
      SegmentIndex index = new SegmentIndex(k, n, length, new byte[stripes * n * 32]);
      long sum = 0;
      long column = 0;
      for (int stripe = 0; stripe < index.stripes(); stripe++) {
        sum += index.stripeLength(stripe);
        column += index.blockBytes(stripe);
        assertThat((long) index.blockBytes(stripe) * k)
            .isBetween((long) index.stripeLength(stripe), index.stripeLength(stripe) + k - 1L);
        assertThat(index.blockBytes(stripe)).isBetween(1, Limits.BLOCK_BYTES);
      }
      assertThat(sum).isEqualTo(length);
      assertThat(index.shardBytes()).isEqualTo(column);
      assertThat(SegmentIndex.decode(index.encode())).isEqualTo(index);
    }
  }

  @Test
  void decode_ofTheLargest_isWithinItsLimit() {
    SegmentIndex index = new SegmentIndex(1, 255, 64 << 20, new byte[256 * 255 * 32]);
    assertThat(SegmentIndex.decode(index.encode()).id()).isEqualTo(index.id());
    assertThat(index.id()).isEqualTo(Digest.sha256(index.encode()));
  }

  @Test
  void decode_ofOtherBytes_isRefused() {
    byte[] encoded = Samples.segmentIndex().encode();
    for (int length = 0; length < encoded.length; length++) {
      refused(Arrays.copyOf(encoded, length));
    }
    refused(Arrays.copyOf(encoded, encoded.length + 32));
    for (int at : new int[] {0, 5, 7, 8, 12}) {
      byte[] changed = encoded.clone();
      changed[at] ^= 0x40;
      refused(changed);
    }
  }

  @Test
  void digest_outsideOfTheStripe_isRefused() {
    SegmentIndex index = Samples.segmentIndex();
    assertThatThrownBy(() -> index.digest(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> index.digest(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> index.digest(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void refused(byte[] encoded) {
    assertThatThrownBy(() -> SegmentIndex.decode(encoded))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }
}
