package cloud.zansoc.net.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every {@link BlockAccess} does, near or over a connection. */
public abstract class BlockAccessContract {
  private static final long SEED = new Random().nextLong();
  private static final long PLENTY = 1L << 40;

  protected final Cast cast = new Cast();
  protected final MemoryBlockService service =
      new MemoryBlockService(cast.host, cast.hub.publicKey());
  private final Random random = new Random(SEED);

  /** Presents a permit to the service under test. */
  protected abstract BlockAccess open(Permit.Signed permit);

  @Test
  void get_ofEverySize_givesWhatWasPut() {
    ShardId shard = new ShardId(1, 2);
    BlockAccess put = open(cast.permit(shard, Permit.Action.PUT, PLENTY));
    BlockAccess get = open(cast.permit(shard, Permit.Action.GET, PLENTY));
    for (int size : new int[] {1, 2, 4096, 16383, 16384, 65537, Limits.BLOCK_BYTES}) {
      for (boolean direct : new boolean[] {false, true}) {
        byte[] block = block(size);
        Digest digest = Digest.sha256(block);
        ByteBuffer from = buffer(direct, size + 20).position(7);
        from.put(block).flip().position(7);
        put.put(digest, from);
        assertThat(from.position()).isEqualTo(7);
        assertThat(from.limit()).isEqualTo(size + 7);

        ByteBuffer into = buffer(direct, Limits.BLOCK_BYTES + 3).position(3);
        assertThat(get.get(digest, into)).isEqualTo(size);
        assertThat(into.position()).isEqualTo(size + 3);
        byte[] got = new byte[size];
        into.get(3, got);
        assertThat(got).as("size %d, direct %s, seed %d", size, direct, SEED).isEqualTo(block);
      }
    }
  }

  @Test
  void put_ofTheSameTwice_succeeds() {
    BlockAccess put = open(cast.permit(Permit.Action.PUT, PLENTY));
    byte[] block = block(1000);
    put.put(Digest.sha256(block), ByteBuffer.wrap(block));
    put.put(Digest.sha256(block), ByteBuffer.wrap(block));

    assertThat(put.receipt().receipt().blocks()).isEqualTo(1);
  }

  @Test
  void get_absent_notFoundAndTheBufferStays() {
    BlockAccess get = open(cast.permit(Permit.Action.GET, PLENTY));
    ByteBuffer into = ByteBuffer.allocate(10).position(4);

    refuses(ErrorCode.NOT_FOUND, () -> get.get(Digest.sha256(new byte[1]), into));

    assertThat(into.position()).isEqualTo(4);
  }

  @Test
  void put_beyondThePermit_exhausted() {
    BlockAccess put = open(cast.permit(Permit.Action.PUT, 1500));
    byte[] first = block(1000);
    byte[] second = block(501);
    put.put(Digest.sha256(first), ByteBuffer.wrap(first));

    refuses(
        ErrorCode.PERMIT_EXHAUSTED, () -> put.put(Digest.sha256(second), ByteBuffer.wrap(second)));
  }

  @Test
  void get_underAPermitToPut_permitInvalid() {
    BlockAccess put = open(cast.permit(Permit.Action.PUT, PLENTY));
    refuses(
        ErrorCode.PERMIT_INVALID,
        () -> put.get(Digest.sha256(new byte[1]), ByteBuffer.allocate(10)));
  }

  @Test
  void open_notTheHubsSignature_permitInvalid() {
    Permit permit = cast.permit(Permit.Action.PUT, PLENTY).permit();
    refuses(ErrorCode.PERMIT_INVALID, () -> open(permit.sign(cast.client.signingKey())));
  }

  @Test
  void has_some_marksExactlyThose() {
    BlockAccess put = open(cast.permit(Permit.Action.PUT, PLENTY));
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < BlockAccess.MAX_HAS; i++) {
      byte[] block = {(byte) i, (byte) (i >> 8)};
      digests.add(Digest.sha256(block));
      if (i % 401 == 0) {
        put.put(digests.get(i), ByteBuffer.wrap(block));
      }
    }

    assertThat(put.has(digests).stream().allMatch(i -> i % 401 == 0)).isTrue();
    assertThat(put.has(digests).cardinality()).isEqualTo(BlockAccess.MAX_HAS / 401 + 1);
    assertThat(put.has(List.of()).isEmpty()).isTrue();
  }

  @Test
  void receipt_afterPuts_isSignedAndNamesThem() {
    BlockAccess put = open(cast.permit(Permit.Action.PUT, PLENTY));
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] block = block(100);
      digests.add(Digest.sha256(block));
      put.put(digests.get(i), ByteBuffer.wrap(block));
    }

    Receipt.Signed receipt = put.receipt();

    assertThat(receipt.isSignedBy(Ed25519.publicKey(cast.host.publicKey()))).isTrue();
    assertThat(receipt.receipt().blocksDigest()).isEqualTo(Receipt.digestOf(digests));
    assertThat(receipt.receipt().bytes()).isEqualTo(500);
  }

  @Test
  void putAndGet_manyAtOnce_eachGetsItsOwn() throws Exception {
    ShardId shard = new ShardId(5, 6);
    BlockAccess put = open(cast.permit(shard, Permit.Action.PUT, PLENTY));
    BlockAccess get = open(cast.permit(shard, Permit.Action.GET, PLENTY));
    List<Future<Boolean>> done = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        byte[] block = block(i % 3 == 0 ? Limits.BLOCK_BYTES : 1 + random.nextInt(30_000));
        done.add(executor.submit(() -> roundTrip(put, get, block)));
      }
    }
    for (Future<Boolean> one : done) {
      assertThat(one.get()).as("seed %d", SEED).isTrue();
    }
  }

  private static boolean roundTrip(BlockAccess put, BlockAccess get, byte[] block) {
    Digest digest = Digest.sha256(block);
    put.put(digest, ByteBuffer.wrap(block));
    ByteBuffer into = ByteBuffer.allocate(Limits.BLOCK_BYTES);
    get.get(digest, into);
    return Digest.sha256(into.flip()).equals(digest);
  }

  /** Fails unless {@code action} is refused with {@code code}. */
  protected static void refuses(ErrorCode code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private byte[] block(int size) {
    byte[] block = new byte[size];
    random.nextBytes(block);
    return block;
  }

  private static ByteBuffer buffer(boolean direct, int size) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }
}
