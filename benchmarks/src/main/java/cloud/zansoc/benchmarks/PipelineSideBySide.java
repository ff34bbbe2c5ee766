package cloud.zansoc.benchmarks;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.erasure.ReedSolomon;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.erasure.StripeEncoder;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The client's whole pipeline on one thread (read plaintext, encrypt, encode, SHA-256 of all n
 * blocks) beside the bound that follows from its parts, measured in turns in the same run. The
 * hashing of the bound is the JDK's SHA-256 of one stream.
 */
public final class PipelineSideBySide {
  private static final double TARGET = 0.8;
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration MEASURED = Duration.ofSeconds(3);
  private static final int[][] CODES = {{4, 6}, {6, 12}, {20, 40}, {32, 80}};

  private PipelineSideBySide() {}

  /** Prints a line for each code; needs no arguments. */
  public static void main(String[] arguments) throws Throwable {
    System.out.printf(
        "%-8s %10s %10s %10s %10s %10s %7s   (GB/s of plaintext; hash: of blocks)%n",
        "code", "encrypt", "encode", "hash", "bound", "pipeline", "ratio");
    for (int[] code : CODES) {
      measure(code[0], code[1]);
    }
  }

  private static void measure(int k, int n) throws Throwable {
    ReedSolomon code = new ReedSolomon(k, n);
    StripeEncoder encoder = new StripeEncoder(code);
    StripeBuffer buffer = new StripeBuffer(k, n);
    byte[] plaintext = new byte[buffer.capacity()];
    new Random(1).nextBytes(plaintext);
    AesCtr cipher = new AesCtr(new byte[AesCtr.KEY_BYTES]);
    Stopwatch.Contender encrypt =
        () -> cipher.process(0, plaintext, 0, plaintext.length, buffer.array(), 0);
    Stopwatch.Contender encode = () -> code.encode(buffer.array(), Limits.BLOCK_BYTES);
    Stopwatch.Contender hash = () -> hash(buffer.array(), n);
    Stopwatch.Contender pipeline =
        () -> {
          buffer.clear();
          cipher.process(0, plaintext, 0, plaintext.length, buffer.array(), 0);
          buffer.advance(plaintext.length);
          encoder.encode(buffer);
        };
    double[] nanos = Stopwatch.nanos(WARM_UP, MEASURED, List.of(encrypt, encode, hash, pipeline));
    double bytes = plaintext.length;
    double bound = nanos[0] + nanos[1] + nanos[2];
    double ratio = bound / nanos[3];
    System.out.printf(
        "%-8s %10.2f %10.2f %10.2f %10.2f %10.2f %7.2f %s%n",
        k + "+" + (n - k),
        bytes / nanos[0],
        bytes / nanos[1],
        bytes * n / k / nanos[2],
        bytes / bound,
        bytes / nanos[3],
        ratio,
        ratio >= TARGET ? "ok" : "below " + TARGET);
  }

  private static void hash(byte[] stripe, int blocks) {
    MessageDigest sha256 = Digest.newSha256();
    for (int block = 0; block < blocks; block++) {
      sha256.update(stripe, block * Limits.BLOCK_BYTES, Limits.BLOCK_BYTES);
      sha256.digest();
    }
  }
}
