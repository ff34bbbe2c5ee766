package cloud.zansoc.codec.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class KeysTest {
  private static final RootKey ROOT = RootKey.random(new Random(1));

  /** The naive HKDF below is itself held to RFC 5869, test case 1. */
  @Test
  void hkdf_byHand_equalsRfc5869() throws GeneralSecurityException {
    HexFormat hex = HexFormat.of();
    byte[] secret = new byte[22];
    Arrays.fill(secret, (byte) 0x0b);
    byte[] okm =
        hkdf(
            secret,
            hex.parseHex("000102030405060708090a0b0c"),
            hex.parseHex("f0f1f2f3f4f5f6f7f8f9"),
            42);
    assertThat(hex.formatHex(okm))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  }

  @Test
  void walletEntropy_ofARootKey_isHkdfWithItsPurpose() throws GeneralSecurityException {
    byte[] expected =
        hkdf(ROOT.key().toBytes(), new byte[0], "zansoc/v1/wallet-entropy".getBytes(US_ASCII), 32);

    assertThat(ROOT.walletEntropy()).isEqualTo(expected);
  }

  @Test
  void derive_ofRandomKeys_equalsHkdfByHand() throws GeneralSecurityException {
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      Key256 key = Key256.random(random);
      byte[] salt = new byte[random.nextInt(100)];
      random.nextBytes(salt);
      byte[] purpose = new byte[random.nextInt(100)];
      random.nextBytes(purpose);
      int length = 1 + random.nextInt(100);
      assertThat(key.derive(salt, purpose, length))
          .isEqualTo(hkdf(key.toBytes(), salt, purpose, length));
    }
  }

  @Test
  void keys_ofOneRoot_followTheirSpecification() throws GeneralSecurityException {
    byte[] salt = new byte[32];
    byte[] bucket =
        hkdf(ROOT.key().toBytes(), new byte[0], "zansoc/v1/bucket-key\0b7".getBytes(US_ASCII), 32);
    assertThat(ROOT.bucketKey("b7").key().toBytes()).isEqualTo(bucket);
    byte[] manifest = hkdf(bucket, salt, "zansoc/v1/manifest-key".getBytes(US_ASCII), 32);
    assertThat(ROOT.bucketKey("b7").manifestKey(salt).key().toBytes()).isEqualTo(manifest);
    byte[] snapshot = hkdf(bucket, salt, "zansoc/v1/snapshot-key".getBytes(US_ASCII), 32);
    assertThat(ROOT.bucketKey("b7").snapshotKey(salt).key().toBytes()).isEqualTo(snapshot);
    assertThat(ROOT.bucketKey("b7").manifestKey(salt).check())
        .isEqualTo(hkdf(manifest, new byte[0], "zansoc/v1/key-check".getBytes(US_ASCII), 16));
  }

  @Test
  void keys_ofDifferentUse_differ() {
    byte[] salt = new byte[32];
    byte[] otherSalt = new byte[32];
    otherSalt[31] = 1;
    BucketKey bucket = ROOT.bucketKey("1");
    assertThat(
            Set.of(
                ROOT.key(),
                bucket.key(),
                ROOT.bucketKey("2").key(),
                ROOT.bucketKey("").key(),
                bucket.manifestKey(salt).key(),
                bucket.manifestKey(otherSalt).key(),
                bucket.snapshotKey(salt).key()))
        .hasSize(7);
  }

  @Test
  void toString_ofAnyKey_showsNothing() {
    byte[] secret = ROOT.key().toBytes();
    assertThat(ROOT.toString() + ROOT.bucketKey("x") + ROOT.bucketKey("x").manifestKey(secret))
        .doesNotContain(HexFormat.of().formatHex(secret))
        .doesNotContainPattern("[0-9]{3}")
        .contains("(secret)");
  }

  @Test
  void of_otherLengthsOrChangedArrays_isSafe() {
    assertThatThrownBy(() -> Key256.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    byte[] secret = new byte[32];
    Key256 key = Key256.of(secret);
    secret[0] = 1;
    key.toBytes()[1] = 1;
    assertThat(key).isEqualTo(Key256.of(new byte[32])).hasSameHashCodeAs(Key256.of(new byte[32]));
    assertThat(key).isNotEqualTo(Key256.of(secret));
  }

  private static byte[] hkdf(byte[] secret, byte[] salt, byte[] purpose, int length)
      throws GeneralSecurityException {
    byte[] pseudorandom = hmac(salt.length == 0 ? new byte[32] : salt, secret);
    byte[] output = new byte[0];
    byte[] block = new byte[0];
    for (int i = 1; output.length < length; i++) {
      byte[] input = Arrays.copyOf(block, block.length + purpose.length + 1);
      System.arraycopy(purpose, 0, input, block.length, purpose.length);
      input[input.length - 1] = (byte) i;
      block = hmac(pseudorandom, input);
      output = Arrays.copyOf(output, output.length + block.length);
      System.arraycopy(block, 0, output, output.length - block.length, block.length);
    }
    return Arrays.copyOf(output, length);
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }
}
