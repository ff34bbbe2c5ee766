package cloud.zansoc.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "0-9",
        "my.bucket.example",
        "a-.b",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.x",
        "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"
      })
  void bucketName_thatS3Accepts_isAccepted(String name) {
    assertThat(new BucketName(name)).hasToString(name);
  }

  @ParameterizedTest
  @CsvSource({
    "ab,3 to 63",
    "'',3 to 63",
    "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd,3 to 63",
    "Abc,character 1",
    "my_bucket,character 3",
    "b\u00fccher,character 2",
    "a/b,character 2",
    "-abc,begin and end",
    "abc-,begin and end",
    ".abc,begin and end",
    "abc.,begin and end",
    "a..b,two dots",
    "192.168.5.4,IP address",
    "999.999.999.999,IP address",
    "xn--abc,xn--",
    "sthree-abc,sthree-",
    "amzn-s3-demo-abc,amzn-s3-demo-",
    "abc-s3alias,-s3alias",
    "abc--ol-s3,--ol-s3",
    "abc.mrap,.mrap",
    "abc--x-s3,--x-s3",
    "abc--table-s3,--table-s3"
  })
  void bucketName_thatS3Refuses_isRefusedWithItsRule(String name, String rule) {
    assertThatThrownBy(() -> new BucketName(name))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NAME))
        .hasMessageContaining(rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        " ",
        "/",
        "//",
        "../..",
        "a\nb\r\t",
        "\u0001\u007f\u0085",
        "e\u0301",
        "\u00e9",
        "\u202e\u200b\ufeff",
        "\ud83d\udc69\u200d\ud83d\ude80",
        "\ufdd0\uffff",
        "\udbff\udfff",
        "con",
        "a:b*c?\"<>|",
        "trailing. "
      })
  void objectKey_ofOddText_isKept(String key) {
    assertThat(new ObjectKey(key).text()).isEqualTo(key);
    assertThat(new String(new ObjectKey(key).toBytes(), UTF_8)).isEqualTo(key);
  }

  @Test
  void objectKey_outsideTheRules_isRefusedWithItsRule() {
    refused("", "empty");
    refused("a\0b", "NUL at index 1");
    refused("ab\ud800", "surrogate pair at index 2");
    refused("\udc00a", "surrogate pair at index 0");
    refused("\ud800\ud800\udc00", "surrogate pair at index 0");
    refused("x".repeat(1025), "1025 bytes");
    refused("\u00e9".repeat(513), "1026 bytes");
  }

  @Test
  void objectKey_of1024Bytes_isAccepted() {
    assertThat(new ObjectKey("\ud83d\ude80".repeat(256)).toBytes()).hasSize(1024);
    assertThat(new ObjectKey("x".repeat(1024)).toBytes()).hasSize(1024);
  }

  @Test
  void objectKey_compared_ordersAsUtf8() {
    Random random = new Random(5);
    int[] points = {1, 'a', 'b', 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f680, 0x10ffff};
    for (int i = 0; i < 5000; i++) {
      ObjectKey one = randomKey(random, points);
      ObjectKey other = randomKey(random, points);
      assertThat(Integer.signum(one.compareTo(other)))
          .as("%s and %s", one, other)
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(one.toBytes(), other.toBytes())));
    }
  }

  private static ObjectKey randomKey(Random random, int[] points) {
    int length = 1 + random.nextInt(4);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return new ObjectKey(text.toString());
  }

  private static void refused(String key, String rule) {
    assertThatThrownBy(() -> new ObjectKey(key))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NAME))
        .hasMessageContaining(rule);
  }
}
