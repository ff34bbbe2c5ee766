package cloud.zansoc.compute.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReferenceTest {
  private static final String HEX =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  private static final String SHARE = Base32.encode(new byte[16]);
  private static final String KEY = Base32.encode(Digest.sha256(new byte[1]).toBytes());

  @ParameterizedTest
  @ValueSource(
      strings = {"zs://images/web", "zs://images/zansoc/debian:bookworm", "zs://b-1/a/b/c"})
  void parse_nameAlone_hasNoDigest(String text) {
    ImageReference image = ImageReference.parse(text);
    assertThat(image.digest()).isEmpty();
    assertThat(image.access()).isEmpty();
    assertThat(image).hasToString(text);
  }

  @Test
  void parse_secretText_givesEverythingBack() {
    String shown = "zs://images/web:2@sha256:" + HEX;
    ImageReference image = ImageReference.parse(shown + "#v1." + SHARE + "." + KEY);
    assertThat(image)
        .isEqualTo(
            new ImageReference(
                "images",
                "web:2",
                Optional.of(OciDigest.parse("sha256:" + HEX)),
                Optional.of(new ImageAccess(SHARE, KEY))));
    assertThat(image).hasToString(shown);
    assertThat(image.secretText()).isEqualTo(shown + "#v1." + SHARE + "." + KEY);
    assertThat(ImageReference.shown(image.secretText())).isEqualTo(shown);
    assertThat(ImageReference.shown("debian:12")).isEqualTo("debian:12");
    assertThat(image.recordKey()).isEqualTo("web:2@sha256:" + HEX);
    assertThat(new ImageAccess(SHARE, KEY).toString()).doesNotContain(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zs://images/",
        "zs://images",
        "zs://images/Web",
        "zs://images/blobs/sha256/x",
        "zs://images/web@sha256:12",
        "zs://images/web@md5:12",
        "zs://images/web#v1.a.b",
        "zs://I/web",
        "debian:12"
      })
  void parse_whatIsNoImage_saysHowOneLooks(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(ZansocException.class)
        .satisfies(e -> assertThat(((ZansocException) e).code().exitCode()).isEqualTo(2));
  }

  @Test
  void parse_keyThatIsCutShort_isRefusedWithoutShowingIt() {
    String cut = KEY.substring(0, 40);
    String text = "zs://images/web@sha256:" + HEX + "#v1." + SHARE + "." + cut;
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(ZansocException.class)
        .hasMessageNotContaining(cut);
    assertThatThrownBy(() -> ImageReference.parse(text + "-"))
        .isInstanceOf(ZansocException.class)
        .hasMessageNotContaining(cut);
  }

  @Test
  void record_encoded_isReadBackAndOfAKnownVersion() {
    Digest blob = OciDigest.parse("sha256:" + HEX);
    byte[] manifest = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    ImageRecord record = new ImageRecord(manifest, Map.of(blob, new ImageAccess(SHARE, KEY)));
    String expected =
        "{\"blobs\":{\"sha256:%s\":{\"share\":\"%s\",\"key\":\"%s\"}},\"manifest\":\"{\\\"schemaVersion\\\":2}\",\"version\":1}"
            .formatted(HEX, SHARE, KEY);
    assertThat(record.encode()).asString().isEqualTo(expected);
    assertThat(ImageRecord.decode(record.encode())).isEqualTo(record);
    assertThat(record.digest()).isEqualTo(Digest.sha256(manifest));
    byte[] newer =
        expected.replace("\"version\":1", "\"version\":2").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ImageRecord.decode(newer))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
  }
}
