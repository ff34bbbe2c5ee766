package cloud.zansoc.codec.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.cid.Cid;
import cloud.zansoc.codec.cid.DagNode;
import cloud.zansoc.codec.crypto.RecoveryPhrase;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every decoder meets random bytes and valid ones that were changed. It may answer with a value or
 * with one of our errors, and it must not allocate more than a small multiple of what it was given.
 */
final class DecoderFuzzTest {
  private static final int ROUNDS = 10_000;
  private static final int ALLOCATION_FACTOR = 64;
  private static final long ALLOCATION_BASE = 256 * 1024;
  private static final Set<ErrorCode> EXPECTED =
      EnumSet.of(
          ErrorCode.INVALID_ARGUMENT,
          ErrorCode.UNSUPPORTED,
          ErrorCode.DAMAGED,
          ErrorCode.WRONG_KEY,
          ErrorCode.PERMIT_INVALID);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A decoder and something that it decodes. */
  record Decoder(String name, byte[] valid, int rounds, Consumer<byte[]> decode) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Decoder> decoders() {
    return Stream.of(
        new Decoder("manifest", Samples.MANIFEST.encode(), ROUNDS, Manifest::decode),
        new Decoder("snapshot", Samples.SNAPSHOT.encode(), ROUNDS, Snapshot::decode),
        new Decoder("volume root", Samples.VOLUME_ROOT.encode(), ROUNDS, VolumeRoot::decode),
        new Decoder("volume leaf", Samples.VOLUME_LEAF.encode(), ROUNDS, VolumeLeaf::decode),
        new Decoder("segment index", Samples.segmentIndex().encode(), ROUNDS, SegmentIndex::decode),
        new Decoder(
            "permit", Samples.PERMIT.sign(Samples.HUB_KEY).encode(), ROUNDS, Permit.Signed::decode),
        new Decoder(
            "receipt",
            Samples.RECEIPT.sign(Samples.HOST_KEY).encode(),
            ROUNDS,
            Receipt.Signed::decode),
        new Decoder(
            "usage receipt",
            Samples.USAGE.sign(Samples.HOST_KEY).countersign(Samples.HUB_KEY).encode(),
            ROUNDS,
            UsageReceipt.Signed::decode),
        new Decoder(
            "usage receipt of the host",
            Samples.USAGE.sign(Samples.HOST_KEY).encode(),
            ROUNDS,
            UsageReceipt.HostSigned::decode),
        new Decoder(
            "sealed manifest",
            ManifestSeal.seal(Samples.BUCKET_KEY, Samples.MANIFEST, new Random(1)),
            ROUNDS / 10,
            bytes -> ManifestSeal.open(Samples.BUCKET_KEY, bytes)),
        new Decoder(
            "sealed snapshot",
            SnapshotSeal.seal(Samples.BUCKET_KEY, Samples.SNAPSHOT, new Random(1)),
            ROUNDS / 10,
            bytes -> SnapshotSeal.open(Samples.BUCKET_KEY, bytes)),
        new Decoder("dag-pb node", Samples.dagNode().encode(), ROUNDS, DagNode::decode),
        new Decoder("CID", Cid.raw(Samples.digest(1)).toBytes(), ROUNDS, Cid::decode),
        text("CID's text", Cid.raw(Samples.digest(1)).toString(), Cid::parse),
        text("old CID", "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", Cid::parse),
        text("share link", Samples.SHARE.format(), ShareLink::parse),
        text("recovery phrase", RecoveryPhrase.of(Samples.ROOT), RecoveryPhrase::parse));
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void decode_ofRandomAndChangedBytes_failsOnlyAsPromised(Decoder decoder) {
    long seed = Long.getLong("zansoc.seed", System.nanoTime());
    System.out.println(decoder + ": -Dzansoc.seed=" + seed);
    Random random = new Random(seed);
    decoder.decode.accept(decoder.valid);
    for (int i = 0; i < decoder.rounds; i++) {
      byte[] bytes = i % 8 == 0 ? randomBytes(random) : changed(decoder.valid, random);
      long limit = ALLOCATION_BASE + (long) ALLOCATION_FACTOR * bytes.length;
      long allocated = allocatedBy(decoder, bytes);
      if (allocated >= limit) {
        // The first use of a class allocates once; only what repeats is the decoder's own.
        allocated = allocatedBy(decoder, bytes);
      }
      if (allocated >= limit) {
        fail(allocated + " bytes allocated for " + HexFormat.of().formatHex(bytes));
      }
    }
  }

  private static long allocatedBy(Decoder decoder, byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    tryDecode(decoder, bytes);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void tryDecode(Decoder decoder, byte[] bytes) {
    try {
      decoder.decode.accept(bytes);
    } catch (ZansocException e) {
      if (!EXPECTED.contains(e.code())) {
        fail(decoder + " of " + HexFormat.of().formatHex(bytes), e);
      }
    } catch (RuntimeException | Error e) {
      fail(decoder + " of " + HexFormat.of().formatHex(bytes), e);
    }
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(400)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** One to four changes: a bit, a byte, a number at its edge, a cut, a repeated run. */
  private static byte[] changed(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 8; changes--) {
      int at = random.nextInt(bytes.length - 8);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> Arrays.fill(bytes, at, at + 1 + random.nextInt(8), (byte) 0xff);
        case 3 -> {
          Arrays.fill(bytes, at, at + 4, (byte) 0xff);
          bytes[at] = 0x7f;
        }
        case 4 -> bytes = Arrays.copyOf(bytes, at);
        default -> {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 8);
          System.arraycopy(bytes, at, longer, at + 8, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }

  private static Decoder text(String name, String valid, Consumer<String> parse) {
    return new Decoder(
        name, valid.getBytes(UTF_8), ROUNDS, bytes -> parse.accept(new String(bytes, ISO_8859_1)));
  }

  @Test
  void base32_ofRandomText_failsOnlyWithIllegalArgument() {
    Random random = new Random(29);
    for (int i = 0; i < ROUNDS; i++) {
      String text = new String(randomBytes(random), ISO_8859_1);
      try {
        Base32.decode(text);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("base 32");
      }
    }
  }
}
