package cloud.zansoc.net.block;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.identity.Identity;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A host's blocks in memory: real permits and receipts, no disk. */
public final class MemoryBlockService implements BlockService {
  private final Identity host;
  private final byte[] hubKey;
  private final Map<ShardId, Map<Digest, byte[]>> shards = new ConcurrentHashMap<>();

  /** How often a permit was accepted. */
  public final AtomicInteger opened = new AtomicInteger();

  /** How often a permit was presented. */
  public final AtomicInteger presented = new AtomicInteger();

  /** Run before each permit is looked at; may wait. */
  public volatile Runnable beforeOpen = () -> {};

  /** Run before each block is read; may wait. */
  public volatile Runnable beforeGet = () -> {};

  public MemoryBlockService(Identity host, byte[] hubKey) {
    this.host = host;
    this.hubKey = hubKey.clone();
  }

  @Override
  public BlockAccess open(PeerId client, Permit.Signed permit) {
    presented.incrementAndGet();
    beforeOpen.run();
    Permit checked =
        permit.check(
            cloud.zansoc.codec.crypto.Ed25519.publicKey(hubKey), host.id(), client, Instant.now());
    opened.incrementAndGet();
    return new Access(
        permit.id(),
        checked,
        shards.computeIfAbsent(checked.shard(), s -> new ConcurrentHashMap<>()));
  }

  private final class Access implements BlockAccess {
    private final Digest id;
    private final Permit permit;
    private final Map<Digest, byte[]> blocks;
    private final AtomicLong moved = new AtomicLong();

    Access(Digest id, Permit permit, Map<Digest, byte[]> blocks) {
      this.id = id;
      this.permit = permit;
      this.blocks = blocks;
    }

    @Override
    public void put(Digest digest, ByteBuffer block) {
      require(Permit.Action.PUT);
      if (moved.addAndGet(block.remaining()) > permit.maxBytes()) {
        throw new ZansocException(ErrorCode.PERMIT_EXHAUSTED, "the permit is used up");
      }
      byte[] bytes = new byte[block.remaining()];
      block.duplicate().get(bytes);
      if (!Digest.sha256(bytes).equals(digest)) {
        throw new ZansocException(ErrorCode.DAMAGED, "the block is not what its digest says");
      }
      blocks.put(digest, bytes);
    }

    @Override
    public int get(Digest digest, ByteBuffer into) {
      require(Permit.Action.GET);
      beforeGet.run();
      byte[] bytes = blocks.get(digest);
      if (bytes == null) {
        throw new ZansocException(ErrorCode.NOT_FOUND, "no block " + digest);
      }
      into.put(bytes);
      moved.addAndGet(bytes.length);
      return bytes.length;
    }

    @Override
    public BitSet has(List<Digest> digests) {
      BitSet held = new BitSet();
      for (int i = 0; i < digests.size(); i++) {
        held.set(i, blocks.containsKey(digests.get(i)));
      }
      return held;
    }

    @Override
    public Receipt.Signed receipt() {
      List<Digest> kept = new ArrayList<>(blocks.keySet());
      return new Receipt(
              host.id(),
              permit.client(),
              id,
              permit.shard(),
              permit.action(),
              blocks.values().stream().mapToLong(block -> block.length).sum(),
              kept.size(),
              Receipt.digestOf(kept),
              Instant.ofEpochMilli(System.currentTimeMillis()))
          .sign(host.signingKey());
    }

    private void require(Permit.Action action) {
      if (permit.action() != action) {
        throw new ZansocException(ErrorCode.PERMIT_INVALID, "the permit does not allow " + action);
      }
    }
  }
}
