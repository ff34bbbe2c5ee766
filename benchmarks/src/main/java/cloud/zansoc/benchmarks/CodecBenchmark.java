package cloud.zansoc.benchmarks;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.erasure.ReedSolomon;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.erasure.StripeEncoder;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The parts of the data path, each for one full stripe of 256 KiB blocks, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-XX:+UseSerialGC", "-Xmx256m"})
public class CodecBenchmark {
  /** Data blocks and all blocks of a stripe. */
  @Param({"6/12", "10/30", "20/40", "32/80"})
  private String code = "";

  private ReedSolomon reedSolomon = new ReedSolomon(1, 1);
  private StripeBuffer buffer = new StripeBuffer(1, 1);
  private byte[] plaintext = {};
  private final AesCtr cipher = new AesCtr(new byte[AesCtr.KEY_BYTES]);
  private final BitSet missing = new BitSet();
  private final BitSet present = new BitSet();

  /** Makes one stripe of random bytes. */
  @Setup
  public void prepare() {
    int slash = code.indexOf('/');
    int k = Integer.parseInt(code.substring(0, slash));
    int n = Integer.parseInt(code.substring(slash + 1));
    reedSolomon = new ReedSolomon(k, n);
    buffer = new StripeBuffer(k, n);
    plaintext = new byte[buffer.capacity()];
    new Random(1).nextBytes(plaintext);
    missing.set(0, Math.min(k, n - k));
    present.set(missing.length(), n);
  }

  /** AES-256-CTR of k blocks. */
  @Benchmark
  public byte[] encrypt() {
    cipher.process(0, plaintext, 0, plaintext.length, buffer.array(), 0);
    return buffer.array();
  }

  /** n-k parity blocks of k data blocks. */
  @Benchmark
  public byte[] encode() {
    reedSolomon.encode(buffer.array(), Limits.BLOCK_BYTES);
    return buffer.array();
  }

  /** As many data blocks as there is parity for, from the others. */
  @Benchmark
  public byte[] decode() {
    reedSolomon.reconstruct(buffer.array(), Limits.BLOCK_BYTES, present, missing);
    return buffer.array();
  }

  /** Everything between the plaintext of a stripe and its n addressed blocks. */
  @Benchmark
  public List<Digest> pipeline() {
    buffer.clear();
    cipher.process(0, plaintext, 0, plaintext.length, buffer.array(), 0);
    buffer.advance(plaintext.length);
    return new StripeEncoder(reedSolomon).encode(buffer);
  }
}
