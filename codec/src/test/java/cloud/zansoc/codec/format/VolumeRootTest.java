package cloud.zansoc.codec.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class VolumeRootTest {
  private static final VolumeObject ONE = new VolumeObject(1, 1);
  private static final VolumeObject TWO = new VolumeObject(2, -2);

  @Test
  void key_ofAnObject_isParsedBackAndInOrder() {
    assertThat(VolumeObject.parse(TWO.key())).isEqualTo(TWO);
    assertThat(TWO.key()).isEqualTo("0000000000000002-fffffffffffffffe").isGreaterThan(ONE.key());
    assertThat(new VolumeObject(2, 1)).isLessThan(TWO);
    for (String wrong : List.of("", "1-1", "0".repeat(16) + "-" + "0".repeat(16), "x".repeat(33))) {
      invalid(() -> VolumeObject.parse(wrong));
    }
  }

  @Test
  void decode_ofEveryPrefix_isRefused() {
    for (byte[] body : List.of(Samples.VOLUME_ROOT.encode(), Samples.VOLUME_LEAF.encode())) {
      for (int length = 0; length < body.length; length++) {
        byte[] prefix = Arrays.copyOf(body, length);
        refused(ErrorCode.INVALID_ARGUMENT, () -> VolumeRoot.decode(prefix));
        refused(ErrorCode.INVALID_ARGUMENT, () -> VolumeLeaf.decode(prefix));
      }
    }
  }

  @Test
  void decode_ofANewerVersion_saysSo() {
    byte[] newer = Samples.VOLUME_ROOT.encode();
    newer[3]++;
    refused(ErrorCode.UNSUPPORTED, () -> VolumeRoot.decode(newer));
  }

  @Test
  void constructor_ofWhatCannotBe_isRefused() {
    invalid(() -> root(0, 1 << 20, List.of(), List.of()));
    invalid(() -> root(1, 1000, List.of(), List.of()));
    invalid(() -> root(1, 1 << 20, List.of(part(TWO), part(ONE)), List.of()));
    invalid(() -> root(1, 1 << 20, List.of(), List.of(leaf(1))));
    invalid(() -> root(1, 1L << 40, List.of(), List.of(leaf(1), leaf(1))));
    invalid(() -> new VolumeRoot.Part(ONE, 1, 2));
    invalid(() -> new VolumeLeaf(List.of()));
    invalid(() -> new VolumeLeaf.Entry(512, ONE, 0, Samples.digest(1)));
    invalid(() -> new VolumeLeaf(List.of(entry(1), entry(1))));
  }

  private static VolumeRoot root(
      long number, long size, List<VolumeRoot.Part> parts, List<VolumeRoot.LeafPlace> leaves) {
    return new VolumeRoot(number, 1, Samples.TIME, size, Optional.empty(), parts, leaves);
  }

  private static VolumeRoot.Part part(VolumeObject object) {
    return new VolumeRoot.Part(object, 1, 1);
  }

  private static VolumeRoot.LeafPlace leaf(int index) {
    return new VolumeRoot.LeafPlace(index, ONE, 0, 62, Samples.digest(1));
  }

  private static VolumeLeaf.Entry entry(int index) {
    return new VolumeLeaf.Entry(index, ONE, 0, Samples.digest(1));
  }

  private static void invalid(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
