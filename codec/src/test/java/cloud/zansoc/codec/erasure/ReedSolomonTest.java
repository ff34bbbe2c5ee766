package cloud.zansoc.codec.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReedSolomonTest {
  private static final int ROUNDS = 60;

  static List<Kernel> kernels() {
    return List.of(new PlainKernel(), new VectorKernel());
  }

  @Test
  void best_whereTheVectorModuleIsThere_warmsUpToTheVectorKernel() {
    assertThat(Kernel.best()).isInstanceOf(WarmingKernel.class);
    assertThat(KernelChoice.vectorKernel()).isInstanceOf(VectorKernel.class);
  }

  @Test
  void warmingKernel_afterTheHandover_usesTheSecondKernel() {
    WarmingKernel kernel = new WarmingKernel(new PlainKernel(), VectorKernel::new, 2 * 3 * 16);
    ReedSolomon code = new ReedSolomon(3, 6, kernel);
    assertThat(kernel.name()).isEqualTo("plain");

    for (int i = 0; i < 3; i++) {
      assertThat(parityOfPattern(code, 16)).isEqualTo(ISAL_3_OF_6);
    }
    assertThat(kernel.name()).startsWith("vector");
  }

  @Test
  void best_whereTheVectorModuleIsAbsent_isThePlainKernelAndEncodes() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PlainProgram.class.getName())
            .redirectErrorStream(true)
            .start();
    try (var output = process.inputReader()) {
      assertThat(output.readAllAsString().strip()).isEqualTo("plain " + ISAL_3_OF_6);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void encode_smallStripe_givesWhatIsalGives(Kernel kernel) {
    assertThat(parityOfPattern(new ReedSolomon(3, 6, kernel), 16)).isEqualTo(ISAL_3_OF_6);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void encode_wideStripe_givesWhatIsalGives(Kernel kernel) {
    byte[] parity = HexFormat.of().parseHex(parityOfPattern(new ReedSolomon(32, 80, kernel), 64));

    assertThat(HexFormat.of().formatHex(Digest.sha256(parity).toBytes()))
        .isEqualTo("b841e59ed717f0a3f7ab277aaeee6b59b5eca1147f6805a6706bfb095e483760");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void encode_randomStripes_equalsTheOracle(Kernel kernel) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      int n = 1 + random.nextInt(round % 10 == 0 ? 255 : 40);
      int k = 1 + random.nextInt(n);
      int blockBytes = 1 + random.nextInt(round % 4 == 0 ? 3000 : 200);
      byte[] stripe = randomStripe(random, n, blockBytes);
      byte[] expected = NaiveField.encode(stripe, k, n, blockBytes);

      new ReedSolomon(k, n, kernel).encode(stripe, blockBytes);

      assertThat(Arrays.equals(stripe, expected))
          .as("seed %d, round %d: %d of %d, %d bytes", seed, round, k, n, blockBytes)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void reconstruct_randomErasures_restoresDataAndParity(Kernel kernel) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      int n = 1 + random.nextInt(round % 10 == 0 ? 255 : 40);
      int k = 1 + random.nextInt(n);
      int blockBytes = 1 + random.nextInt(2500);
      byte[] stripe = randomStripe(random, n, blockBytes);
      ReedSolomon code = new ReedSolomon(k, n, kernel);
      code.encode(stripe, blockBytes);
      byte[] expected = stripe.clone();
      BitSet missing = randomPositions(random, n, random.nextInt(n - k + 1));
      BitSet present = complement(missing, n);
      missing.stream().forEach(p -> fill(stripe, p * blockBytes, blockBytes));

      code.reconstruct(stripe, blockBytes, present, missing);

      assertThat(Arrays.equals(stripe, expected))
          .as("seed %d, round %d: %d of %d without %s", seed, round, k, n, missing)
          .isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "1,255", "127,255", "254,255", "255,255", "32,80"})
  void reconstruct_extremeCodes_restoresFromTheLastBlocks(int k, int n) {
    byte[] stripe = randomStripe(new Random(5), n, 33);
    ReedSolomon code = new ReedSolomon(k, n);
    code.encode(stripe, 33);
    byte[] expected = stripe.clone();
    BitSet missing = new BitSet();
    missing.set(0, n - k);
    missing.stream().forEach(p -> fill(stripe, p * 33, 33));

    code.reconstruct(stripe, 33, complement(missing, n), missing);

    assertThat(stripe).isEqualTo(expected);
  }

  @Test
  void reconstruct_differentErasuresInTurn_isNotConfusedByTheOneBefore() {
    ReedSolomon code = new ReedSolomon(4, 7);
    byte[] expected = randomStripe(new Random(6), 7, 20);
    code.encode(expected, 20);
    for (int missing : new int[] {0, 0, 3, 6, 0}) {
      byte[] stripe = expected.clone();
      BitSet wanted = new BitSet();
      wanted.set(missing);
      fill(stripe, missing * 20, 20);

      code.reconstruct(stripe, 20, complement(wanted, 7), wanted);

      assertThat(stripe).isEqualTo(expected);
    }
  }

  @Test
  void reconstruct_wantedBlockThatIsPresent_staysAsItIs() {
    ReedSolomon code = new ReedSolomon(2, 3);
    byte[] stripe = {1, 2, 99};
    BitSet all = new BitSet();
    all.set(0, 3);

    code.reconstruct(stripe, 1, all, all);

    assertThat(stripe).containsExactly(1, 2, 99);
  }

  @Test
  void reconstruct_fewerThanKPresent_isRefused() {
    BitSet present = new BitSet();
    present.set(1);

    assertThatThrownBy(
            () -> new ReedSolomon(2, 4).reconstruct(new byte[4], 1, present, new BitSet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 blocks present of the 2 needed");
  }

  @Test
  void encode_arrayTooShort_isRefused() {
    assertThatThrownBy(() -> new ReedSolomon(2, 4).encode(new byte[7], 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "3,2", "1,256"})
  void construction_outOfRange_isRefused(int k, int n) {
    assertThatThrownBy(() -> new ReedSolomon(k, n)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Run without the vector module: prints the kernel and a parity. */
  static final class PlainProgram {
    private PlainProgram() {}

    public static void main(String[] arguments) {
      System.out.println(Kernel.best().name() + " " + parityOfPattern(new ReedSolomon(3, 6), 16));
    }
  }

  /** From libisal 2.30: gf_gen_cauchy1_matrix and ec_encode_data_base over the pattern. */
  private static final String ISAL_3_OF_6 =
      "55d130b4c8a4d6a1224537601c988206211fcff110a8bf8dc84057d73608526c"
          + "d2629727bcbcb8c9b8f4f0910aba51e1";

  private static String parityOfPattern(ReedSolomon code, int blockBytes) {
    byte[] stripe = new byte[code.n() * blockBytes];
    int dataBytes = code.k() * blockBytes;
    for (int i = 0; i < dataBytes; i++) {
      stripe[i] = (byte) (i * 7 + 3);
    }
    code.encode(stripe, blockBytes);
    return HexFormat.of().formatHex(stripe, dataBytes, stripe.length);
  }

  private static byte[] randomStripe(Random random, int n, int blockBytes) {
    byte[] stripe = new byte[n * blockBytes];
    random.nextBytes(stripe);
    return stripe;
  }

  private static BitSet randomPositions(Random random, int n, int count) {
    BitSet positions = new BitSet();
    while (positions.cardinality() < count) {
      positions.set(random.nextInt(n));
    }
    return positions;
  }

  private static BitSet complement(BitSet positions, int n) {
    BitSet others = (BitSet) positions.clone();
    others.flip(0, n);
    return others;
  }

  private static void fill(byte[] stripe, int from, int count) {
    Arrays.fill(stripe, from, from + count, (byte) 0x55);
  }
}
