package cloud.zansoc.codec.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class AesCtrTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void process_vectorsOfSp80038aF55_encryptsAndDecrypts() {
    byte[] key = HEX.parseHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    byte[] counter = HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    byte[] plain =
        HEX.parseHex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    byte[] cipher =
        HEX.parseHex(
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
                + "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6");
    AesCtr aes = new AesCtr(key, counter);
    byte[] output = new byte[plain.length];

    aes.process(0, plain, 0, plain.length, output, 0);
    assertThat(output).isEqualTo(cipher);
    aes.process(0, output, 0, output.length);
    assertThat(output).isEqualTo(plain);
  }

  @Test
  void process_counterAtTheEndOfItsLowHalf_carriesIntoTheHighHalf() {
    byte[] key = new byte[32];
    byte[] counter = HEX.parseHex("0000000000000000ffffffffffffffff");
    byte[] zeros = new byte[48];

    new AesCtr(key, counter).process(16, zeros, 16, 32);

    assertThat(HEX.formatHex(zeros, 16, 48))
        .isEqualTo(
            HEX.formatHex(keyStreamBlock(key, 1, 0)) + HEX.formatHex(keyStreamBlock(key, 1, 1)));
  }

  @Test
  void process_piecesInAnyOrder_equalTheWholeInOnePiece() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] key = new byte[32];
    random.nextBytes(key);
    for (int round = 0; round < 100; round++) {
      byte[] plain = new byte[1 + random.nextInt(5000)];
      random.nextBytes(plain);
      long start = round % 2 == 0 ? 0 : random.nextLong(1L << 50);
      byte[] whole = plain.clone();
      new AesCtr(key).process(start, whole, 0, whole.length);
      AesCtr aes = new AesCtr(key);
      byte[] pieces = plain.clone();
      int cut = random.nextInt(plain.length + 1);
      int cut2 = cut + random.nextInt(plain.length - cut + 1);

      aes.process(start + cut, pieces, cut, cut2 - cut);
      aes.process(start, plain, 0, cut, pieces, 0);
      aes.process(start + cut2, pieces, cut2, plain.length - cut2);

      assertThat(pieces).as("seed %d, round %d", seed, round).isEqualTo(whole);
    }
  }

  @Test
  void process_farOffset_isTheKeyStreamBlockOfThatNumber() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 9);
    long block = (1L << 59) - 1;
    byte[] zeros = new byte[13];

    new AesCtr(key).process(block * 16 + 3, zeros, 0, 13);

    assertThat(zeros).isEqualTo(Arrays.copyOfRange(keyStreamBlock(key, 0, block), 3, 16));
  }

  @Test
  void process_wrongArguments_areRefused() {
    assertThatThrownBy(() -> new AesCtr(new byte[16])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AesCtr(new byte[32]).process(-1, new byte[1], 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The oracle: AES of the counter block, by the block cipher alone. */
  private static byte[] keyStreamBlock(byte[] key, long high, long low) {
    try {
      // A single block of a counter: the mode is what is under test here.
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      return cipher.doFinal(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
