package cloud.zansoc.net.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTest {
  private enum Colour {
    RED
  }

  private record Values(
      PeerId peer,
      ShardId shard,
      HostAddress address,
      ByteSize size,
      Money money,
      String bytes,
      Instant at,
      Duration life,
      Colour colour) {}

  private record Shape(String name, int count, Optional<Long> limit, List<Inner> inner) {}

  private record Inner(ByteSize size, Map<String, String> labels) {}

  private static final Digest DIGEST = Digest.sha256(new byte[] {1});

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void write_baseTypes_areTextAndNumbers() {
    Values values =
        new Values(
            new PeerId(DIGEST),
            new ShardId(1, 2),
            new HostAddress("::1", 7070),
            new ByteSize(4096),
            new Money(1_250_000),
            "",
            Instant.parse("2026-01-02T03:04:05.678Z"),
            Duration.ofMillis(500),
            Colour.RED);

    String json = new String(Json.write(values), StandardCharsets.UTF_8);

    assertThat(json)
        .isEqualTo(
            ("{\"peer\":\"%s\",\"shard\":\"%s\",\"address\":\"[::1]:7070\",\"size\":4096,"
                    + "\"money\":1250000,\"bytes\":\"\",\"at\":\"2026-01-02T03:04:05.678Z\","
                    + "\"life\":\"PT0.5S\",\"colour\":\"RED\"}")
                .formatted(DIGEST, new ShardId(1, 2)));
    assertThat(Json.read(utf8(json), Values.class)).isEqualTo(values);
  }

  @Test
  void read_optionalAbsentOrNull_isEmpty() {
    Shape expected = new Shape("a", 1, Optional.empty(), List.of());

    assertThat(Json.read(utf8("{\"name\":\"a\",\"count\":1,\"inner\":[]}"), Shape.class))
        .isEqualTo(expected);
    assertThat(
            Json.read(
                utf8("{\"name\":\"a\",\"count\":1,\"limit\":null,\"inner\":[]}"), Shape.class))
        .isEqualTo(expected);
  }

  @Test
  void read_unknownField_isIgnored() {
    byte[] json = utf8("{\"name\":\"a\",\"count\":1,\"inner\":[],\"newer\":{\"x\":[1]}}");

    assertThat(Json.read(json, Shape.class).name()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'count':1,'inner':[]}|name",
        "{'name':null,'count':1,'inner':[]}|name",
        "{'name':'a','inner':[]}|count",
        "{'name':'a','count':null,'inner':[]}|count",
        "{'name':'a','count':'1','inner':[]}|count",
        "{'name':'a','count':1.5,'inner':[]}|count",
        "{'name':'a','count':1,'inner':[{'size':-1,'labels':{}}]}|inner.[0].size",
        "{'name':'a','count':1,'inner':[{'labels':{}}]}|inner.[0].size",
        "{'name':'a','count':1,'inner':{}}|inner",
      })
  void read_badField_isNamed(String json, String field) {
    byte[] bytes = utf8(json.replace('\'', '"'));

    assertThatThrownBy(() -> Json.read(bytes, Shape.class))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("'" + field + "'")
        .hasMessageNotContaining("cloud.zansoc")
        .hasMessageNotContaining("jackson");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"''", "{", "{}x", "nul", "null", "[]", "{'name':"})
  void read_notTheJsonExpected_isRefused(String json) {
    assertThatThrownBy(() -> Json.read(utf8(json.replace('\'', '"')), Shape.class))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void read_deeplyNested_isRefused() {
    byte[] json = utf8("{\"x\":" + "[".repeat(100_000));

    assertThatThrownBy(() -> Json.read(json, Shape.class)).isInstanceOf(ZansocException.class);
  }

  @Test
  void convert_untypedDetail_getsItsType() {
    ApiError error =
        Json.read(
            Json.write(
                new ApiError(
                    400, "X", "m", Optional.of(new Inner(new ByteSize(5), Map.of("a", "b"))))),
            ApiError.class);

    assertThat(Json.convert(error.detail().orElseThrow(), Inner.class))
        .isEqualTo(new Inner(new ByteSize(5), Map.of("a", "b")));
  }
}
