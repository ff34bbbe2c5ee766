package cloud.zansoc.codec.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidTest {
  private static final HexFormat HEX = HexFormat.of();

  /** The vectors of the multiformats' unsigned-varint specification, and the largest value. */
  @ParameterizedTest
  @CsvSource({
    "0,00",
    "1,01",
    "127,7f",
    "128,8001",
    "255,ff01",
    "300,ac02",
    "16384,808001",
    "9223372036854775807,ffffffffffffffff7f"
  })
  void varint_ofSpecifiedVector_equalsIt(long value, String hex) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Varint.write(out, value);
    assertThat(HEX.formatHex(out.toByteArray())).isEqualTo(hex);
    assertThat(Varint.read(ByteBuffer.wrap(HEX.parseHex(hex)))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "80", "8000", "818000", "ffffffffffffffffff01", "80808080808080808001"})
  void varint_cutShortOrTooLong_isRefused(String hex) {
    assertThatThrownBy(() -> Varint.read(ByteBuffer.wrap(HEX.parseHex(hex))))
        .isInstanceOf(ZansocException.class);
  }

  @Test
  void varint_negative_isRefused() {
    assertThatThrownBy(() -> Varint.write(new ByteArrayOutputStream(), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** From the CID specification's README and its decision on equal CIDs of versions 0 and 1. */
  @ParameterizedTest
  @CsvSource({
    "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA,RAW,"
        + "6e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
    "bafkreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su,RAW,"
        + "6e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
    "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n,DAG_PB,"
        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku,DAG_PB,"
        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "BAFYBEIHDWDCEFGH4DQKJV67UZCMW7OJEE6XEDZDETOJUZJEVTENXQUVYKU,DAG_PB,"
        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  })
  void parse_ofPublishedCid_givesItsParts(String text, Cid.Codec codec, String sha256) {
    Cid expected = new Cid(codec, Digest.of(HEX.parseHex(sha256)));
    assertThat(Cid.parse(text)).isEqualTo(expected);
  }

  @Test
  void parse_ofOwnText_givesTheCid() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      Digest digest =
          new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
      Cid cid = random.nextBoolean() ? Cid.raw(digest) : Cid.dagPb(digest);
      assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
      assertThat(Cid.parse(cid.toString().toUpperCase(Locale.ROOT))).isEqualTo(cid);
      assertThat(Cid.decode(cid.toBytes())).isEqualTo(cid);
      assertThat(cid.toBytes()).hasSize(Cid.BYTES);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',empty",
    "xafk,begins with neither",
    "bafk,whole number of bytes",
    "b1,base 32 character",
    "zO0,base 58 character",
    "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1l,base 58 character",
    "zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n,no multibase letter",
    "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku,codec is 0x71",
    "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvykuaa,follow it",
  })
  void parse_ofOtherText_isRefusedWithTheReason(String text, String reason) {
    assertThatThrownBy(() -> Cid.parse(text))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "0355122000,version is 3",
    "01551120,SHA-256 (0x12) is needed",
    "0155121f,is said to have 31",
    "01551220,cut short"
  })
  void decode_ofOtherBytes_isRefusedWithTheReason(String hex, String reason) {
    assertThatThrownBy(() -> Cid.decode(HEX.parseHex(hex))).hasMessageContaining(reason);
  }
}
