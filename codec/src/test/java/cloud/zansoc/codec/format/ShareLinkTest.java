package cloud.zansoc.codec.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShareLinkTest {
  private static final String LINK = Samples.SHARE.format();
  private static final String KEY = Base32.encode(Samples.SHARE.key().key().toBytes());

  @ParameterizedTest
  @ValueSource(strings = {"hub.example.org", "192.0.2.7", "2001:db8::7", "localhost"})
  void parse_ofFormatted_givesTheLink(String host) {
    ShareLink link =
        new ShareLink(host, 7443, Samples.SHARE.share(), Samples.HUB, Samples.SHARE.key());
    assertThat(ShareLink.parse(" " + link.format() + "\n")).isEqualTo(link);
  }

  @Test
  void parse_withoutPort_takesThatOfHttps() {
    assertThat(ShareLink.parse(LINK.replace(":7443", "")).port()).isEqualTo(443);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      commentCharacter = '%',
      value = {
        "https:|http:|https:// and a host",
        "https://|https:|https:// and a host",
        "hub.example.org|hub example.org|no URL",
        "/s/|/t/|the share id, and nothing else",
        "#v1|?x=1#v1|the share id, and nothing else",
        "://|://me@|the share id, and nothing else",
        "/s/q|/s/|share id is not 26",
        "/s/q|/s/1|share id is not 26",
        ":7443|:0|no address",
        ":7443|:70000|no address",
        "#v1.|#|cut short or changed",
        "#v1.|#v1.a|cut short or changed",
      })
  void parse_ofChangedLink_isRefusedWithTheReason(String from, String to, String reason) {
    assertThat(LINK).contains(from);
    refused(ErrorCode.INVALID_ARGUMENT, LINK.replace(from, to), reason);
  }

  @Test
  void parse_ofLinkCutShort_asksForTheWholeLink() {
    int hash = LINK.indexOf('#');
    refused(ErrorCode.INVALID_ARGUMENT, LINK.substring(0, hash), "ask for the whole link");
    refused(ErrorCode.INVALID_ARGUMENT, LINK.substring(0, hash + 1), "ask for the whole link");
    for (int end = hash + 2; end < LINK.length(); end++) {
      refused(ErrorCode.INVALID_ARGUMENT, LINK.substring(0, end), "ask for the whole link");
    }
  }

  @Test
  void parse_ofNewerVersion_asksForANewerProgram() {
    refused(ErrorCode.UNSUPPORTED, LINK.replace("#v1.", "#v2."), "newer zansoc");
  }

  @Test
  void parse_ofCharacterThatNoEncoderWrites_namesThePart() {
    refused(
        ErrorCode.INVALID_ARGUMENT, LINK.substring(0, LINK.length() - 1) + "b", "key is misread");
    String hub = Samples.HUB.toString();
    refused(
        ErrorCode.INVALID_ARGUMENT,
        LINK.replace(hub, hub.substring(0, 51) + "b"),
        "hub id is misread");
  }

  @Test
  void toStringAndErrors_neverShowTheKey() {
    assertThat(Samples.SHARE.toString()).doesNotContain(KEY);
    for (String broken : new String[] {"http" + LINK.substring(5), LINK.replace("/s/", "/ s/")}) {
      Throwable thrown = catchThrowable(() -> ShareLink.parse(broken));
      for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
        assertThat(cause.toString()).doesNotContain(KEY);
      }
    }
  }

  private static void refused(ErrorCode code, String link, String reason) {
    assertThatThrownBy(() -> ShareLink.parse(link))
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(reason)
        .message()
        .doesNotContain(KEY);
  }
}
