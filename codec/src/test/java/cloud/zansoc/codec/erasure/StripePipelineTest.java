package cloud.zansoc.codec.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.SegmentIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StripePipelineTest {
  private static final int K = 3;
  private static final int N = 5;
  private static final int STRIPE_BYTES = K * Limits.BLOCK_BYTES;

  private final ReedSolomon code = new ReedSolomon(K, N);
  private final StripeBuffer buffer = new StripeBuffer(K, N);

  /** Blocks as hosts keep them: {@code blocks.get(stripe)[position]}. */
  private record Stored(SegmentIndex index, List<byte[][]> blocks) {}

  @Test
  void decode_anyKBlocksOfAnyLength_givesTheCiphertext() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] lengths = {
      1, 2, 3, 4, 1000, STRIPE_BYTES - 1, STRIPE_BYTES, STRIPE_BYTES + 1, 2 * STRIPE_BYTES + 777
    };
    for (int length : lengths) {
      byte[] ciphertext = randomBytes(random, length);
      Stored stored = store(ciphertext);
      byte[] read = new byte[length];
      for (int stripe = 0; stripe < stored.index.stripes(); stripe++) {
        StripeDecoder decoder = new StripeDecoder(code, stored.index, stripe, buffer);
        for (int position : somePositions(random, K)) {
          receive(stored, stripe, decoder, position);
          assertThat(decoder.accept(position)).isTrue();
        }
        decoder.restoreData();
        System.arraycopy(
            buffer.array(), 0, read, (int) (stripe * stored.index.stripeBytes()), buffer.length());
      }
      assertThat(Arrays.equals(read, ciphertext)).as("seed %d, %d bytes", seed, length).isTrue();
    }
  }

  @Test
  void encode_stripe_addressesEachBlockByItsDigest() {
    Stored stored = store(randomBytes(new Random(1), STRIPE_BYTES + 100));

    for (int stripe = 0; stripe < 2; stripe++) {
      for (int position = 0; position < N; position++) {
        assertThat(Digest.sha256(stored.blocks.get(stripe)[position]))
            .isEqualTo(stored.index.digest(stripe, position));
      }
    }
    assertThat(stored.blocks.get(1)[0]).hasSize(34);
  }

  @Test
  void encode_tailAfterFullStripe_endsInZeroBytes() {
    Stored stored = store(randomBytes(new Random(2), STRIPE_BYTES + 100));
    byte[] last = stored.blocks.get(1)[K - 1];

    assertThat(Arrays.copyOfRange(last, 32, 34)).containsExactly(0, 0);
    assertThat(stored.index.length()).isEqualTo(STRIPE_BYTES + 100);
  }

  @Test
  void accept_damagedBlock_isRefusedUntilTheGenuineOneComes() {
    Stored stored = store(randomBytes(new Random(3), 5000));
    StripeDecoder decoder = new StripeDecoder(code, stored.index, 0, buffer);
    receive(stored, 0, decoder, 4);
    buffer.array()[buffer.offset(4) + 7] ^= 1;

    assertThat(decoder.accept(4)).isFalse();
    assertThat(decoder.accepted().isEmpty()).isTrue();
    receive(stored, 0, decoder, 4);
    assertThat(decoder.accept(4)).isTrue();
    assertThat(decoder.isComplete()).isFalse();
  }

  @Test
  void restoreData_tooFewBlocks_saysHowManyAreNeeded() {
    Stored stored = store(randomBytes(new Random(4), 5000));
    StripeDecoder decoder = new StripeDecoder(code, stored.index, 0, buffer);
    receive(stored, 0, decoder, 0);
    decoder.accept(0);

    assertThatThrownBy(decoder::restoreData)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNAVAILABLE))
        .hasMessageContaining("needs 3 blocks and has 1");
  }

  @Test
  void restore_missingDataAndParity_givesTheBlocksThatWereStored() {
    Stored stored = store(randomBytes(new Random(5), STRIPE_BYTES));
    StripeDecoder decoder = new StripeDecoder(code, stored.index, 0, buffer);
    for (int position : new int[] {1, 2, 3}) {
      receive(stored, 0, decoder, position);
      decoder.accept(position);
    }
    BitSet wanted = BitSet.valueOf(new long[] {0b10001});

    decoder.restore(wanted);

    for (int position : new int[] {0, 4}) {
      assertThat(buffer.block(position)).isEqualTo(ByteBuffer.wrap(stored.blocks.get(0)[position]));
    }
  }

  @Test
  void restore_segmentEncodedWrongly_isDamaged() {
    Random random = new Random(6);
    buffer.clear();
    random.nextBytes(buffer.array());
    buffer.advance(300);
    List<Digest> digests = new ArrayList<>(new StripeEncoder(code).encode(buffer));
    digests.set(4, Digest.sha256(new byte[] {1}));
    byte[][] blocks = copyBlocks();
    SegmentBuilder builder = new SegmentBuilder(K, N);
    builder.add(300, digests);
    Stored stored = new Stored(builder.build(), List.<byte[][]>of(blocks));
    StripeDecoder decoder = new StripeDecoder(code, stored.index, 0, buffer);
    for (int position : new int[] {0, 1, 2}) {
      receive(stored, 0, decoder, position);
      decoder.accept(position);
    }

    assertThatThrownBy(() -> decoder.restore(BitSet.valueOf(new long[] {0b10000})))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED));
    assertThat(decoder.accepted().get(4)).isFalse();
  }

  @Test
  void buffer_moreThanFits_isRefused() {
    buffer.clear();

    assertThatThrownBy(() -> buffer.advance(STRIPE_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StripeEncoder(code).encode(buffer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("with 0 bytes");
  }

  @Test
  void segmentBuilder_afterAShortStripe_takesNoOther() {
    List<Digest> digests = Collections.nCopies(N, Digest.sha256(new byte[0]));
    SegmentBuilder builder = new SegmentBuilder(K, N);
    builder.add(STRIPE_BYTES, digests);
    assertThat(builder.remaining()).isEqualTo(SegmentIndex.segmentBytes(K) - STRIPE_BYTES);
    builder.add(10, digests);

    assertThat(builder.remaining()).isZero();
    assertThatThrownBy(() -> builder.add(1, digests)).isInstanceOf(IllegalStateException.class);
    assertThat(builder.build().length()).isEqualTo(STRIPE_BYTES + 10);
  }

  @Test
  void segmentBuilder_fullSegment_hasNoRoom() {
    List<Digest> digests = Collections.nCopies(255, Digest.sha256(new byte[0]));
    SegmentBuilder builder = new SegmentBuilder(250, 255);
    builder.add(250 * Limits.BLOCK_BYTES, digests);

    assertThat(builder.remaining()).isZero();
  }

  @Test
  void leafDigests_bytesAndWholeBlocks_giveTheLeavesOfTheObject() {
    byte[] object = randomBytes(new Random(7), STRIPE_BYTES + 300_000);
    List<Digest> expected = new ArrayList<>();
    for (int at = 0; at < object.length; at += Limits.BLOCK_BYTES) {
      int end = Math.min(object.length, at + Limits.BLOCK_BYTES);
      expected.add(Digest.sha256(Arrays.copyOfRange(object, at, end)));
    }
    LeafDigests leaves = new LeafDigests();
    buffer.clear();
    System.arraycopy(object, 0, buffer.array(), 0, STRIPE_BYTES);
    buffer.advance(STRIPE_BYTES);
    leaves.addFull(new StripeEncoder(code).encode(buffer).subList(0, K));
    leaves.update(object, STRIPE_BYTES, 1);
    leaves.update(object, STRIPE_BYTES + 1, 299_999);

    assertThat(leaves.finish()).isEqualTo(expected);
  }

  @Test
  void leafDigests_emptyObject_hasOneEmptyLeaf() {
    assertThat(new LeafDigests().finish()).containsExactly(Digest.sha256(new byte[0]));
  }

  @Test
  void leafDigests_wholeBlocksInsideALeaf_areRefused() {
    LeafDigests leaves = new LeafDigests();
    leaves.update(new byte[5], 0, 5);

    assertThatThrownBy(() -> leaves.addFull(List.of())).isInstanceOf(IllegalStateException.class);
  }

  private Stored store(byte[] ciphertext) {
    StripeEncoder encoder = new StripeEncoder(code);
    SegmentBuilder builder = new SegmentBuilder(K, N);
    List<byte[][]> blocks = new ArrayList<>();
    for (int at = 0; at < ciphertext.length; ) {
      int count = Math.min(ciphertext.length - at, buffer.capacity());
      buffer.clear();
      System.arraycopy(ciphertext, at, buffer.array(), 0, count);
      buffer.advance(count);
      builder.add(count, encoder.encode(buffer));
      blocks.add(copyBlocks());
      at += count;
    }
    return new Stored(builder.build(), blocks);
  }

  private byte[][] copyBlocks() {
    byte[][] blocks = new byte[N][buffer.blockBytes()];
    for (int position = 0; position < N; position++) {
      buffer.block(position).get(blocks[position]);
    }
    return blocks;
  }

  private void receive(Stored stored, int stripe, StripeDecoder decoder, int position) {
    decoder.buffer().block(position).put(stored.blocks.get(stripe)[position]);
  }

  private static List<Integer> somePositions(Random random, int count) {
    List<Integer> positions = new ArrayList<>(IntStream.range(0, N).boxed().toList());
    Collections.shuffle(positions, random);
    return positions.subList(0, count);
  }

  private static byte[] randomBytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
