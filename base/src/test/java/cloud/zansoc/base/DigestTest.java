package cloud.zansoc.base;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  /** NIST's examples for FIPS 180-4. */
  @ParameterizedTest
  @CsvSource({
    "'',e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq,"
        + "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        + "lmnopqrsmnopqrstnopqrstu,"
        + "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
  })
  void sha256_ofNistMessage_equalsItsDigest(String message, String hex) {
    byte[] bytes = message.getBytes(US_ASCII);
    assertThat(Digest.sha256(bytes).toBytes()).isEqualTo(HexFormat.of().parseHex(hex));
    assertThat(Digest.sha256(ByteBuffer.wrap(bytes))).isEqualTo(Digest.sha256(bytes));
  }

  @Test
  void sha256_ofMillionLetters_equalsNist() {
    byte[] message = new byte[1_000_000];
    Arrays.fill(message, (byte) 'a');
    assertThat(HexFormat.of().formatHex(Digest.sha256(message).toBytes()))
        .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  @Test
  void sha256_ofBuffer_leavesItsPosition() {
    ByteBuffer buffer = ByteBuffer.allocate(10).position(3).limit(7);
    assertThat(Digest.sha256(buffer)).isEqualTo(Digest.sha256(new byte[4]));
    assertThat(buffer.position()).isEqualTo(3);
  }

  @Test
  void parse_ofText_givesTheDigest() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      Digest digest = random(random);
      assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
      assertThat(Digest.of(digest.toBytes())).isEqualTo(digest);
      ByteBuffer buffer = ByteBuffer.allocate(40).position(3);
      digest.write(buffer);
      assertThat(Digest.read(buffer.position(3))).isEqualTo(digest);
      assertThat(Digest.read(buffer.array(), 3)).isEqualTo(digest);
    }
  }

  @Test
  void compareTo_ofTwo_ordersAsTheirBytes() {
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      byte[] one = random(random).toBytes();
      byte[] other = one.clone();
      other[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
      assertThat(Integer.signum(Digest.of(one).compareTo(Digest.of(other))))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(one, other)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void parse_ofOtherText_isRefused(String text) {
    assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ShardId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shardId_parsedFromItsText_isEqual() {
    ShardId shard = new ShardId(0x0123456789abcdefL, -2);
    assertThat(ShardId.parse(shard.toString())).isEqualTo(shard);
    assertThat(shard.toString()).hasSize(26);
  }

  @Test
  void peerId_ofPublicKey_isItsSha256() {
    byte[] key = new byte[32];
    assertThat(PeerId.ofPublicKey(key).digest()).isEqualTo(Digest.sha256(key));
    assertThatThrownBy(() -> PeerId.ofPublicKey(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Digest random(Random random) {
    return new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }
}
