package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.block.BlockAccess;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A host in memory that can be told to misbehave. Thread-safe. */
final class MemoryHost {
  /** What is wrong with a host. */
  enum Fault {
    NONE,
    /** Nobody listens. */
    DEAD,
    /** Takes requests and never answers. */
    STALLS,
    /** Gives other bytes than it was given. */
    LIES,
    /** Has no room. */
    FULL,
    /** Accepts no permit. */
    REFUSES
  }

  private final String name;
  private final KeyPair keys;
  private final Map<ShardId, Map<Digest, byte[]>> shards = new ConcurrentHashMap<>();
  private final Map<Digest, AtomicInteger> puts = new ConcurrentHashMap<>();
  private final AtomicInteger gets = new AtomicInteger();
  private final AtomicInteger putsUntilFault = new AtomicInteger(Integer.MAX_VALUE);
  private volatile Fault fault = Fault.NONE;
  private volatile Fault laterFault = Fault.NONE;

  MemoryHost(String name, KeyPair keys) {
    this.name = name;
    this.keys = keys;
  }

  String name() {
    return name;
  }

  PeerId id() {
    return PeerId.ofPublicKey(Ed25519.rawPublicKey(keys.getPublic()));
  }

  KeyPair keys() {
    return keys;
  }

  void fault(Fault now) {
    fault = now;
    putsUntilFault.set(Integer.MAX_VALUE);
  }

  /** Works for {@code puts} more puts, then has the fault. */
  void faultAfter(int morePuts, Fault then) {
    laterFault = then;
    putsUntilFault.set(morePuts);
  }

  Fault fault() {
    return fault;
  }

  /** How many puts each block took. */
  Map<Digest, AtomicInteger> puts() {
    return puts;
  }

  int gets() {
    return gets.get();
  }

  long storedBytes() {
    return shards.values().stream()
        .flatMap(blocks -> blocks.values().stream())
        .mapToLong(block -> block.length)
        .sum();
  }

  void delete(ShardId shard) {
    shards.remove(shard);
  }

  BlockAccess open(PeerId client, Permit.Signed signed, MemoryStorageHub hub) {
    if (fault == Fault.REFUSES) {
      throw new ZansocException(ErrorCode.PERMIT_INVALID, "the permit is refused");
    }
    Permit permit = signed.check(hub.publicKey(), id(), client, Instant.now());
    return new Access(permit, signed);
  }

  private void obey() {
    if (putsUntilFault.getAndDecrement() == 0) {
      fault = laterFault;
    }
    switch (fault) {
      case NONE, LIES, REFUSES -> {}
      case DEAD -> throw new ZansocException(ErrorCode.UNREACHABLE, name + " is not there");
      case FULL -> throw new ZansocException(ErrorCode.NO_SPACE, name + " is full");
      case STALLS -> {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new ZansocException(ErrorCode.TIMED_OUT, "given up", e);
        }
      }
    }
  }

  private final class Access implements BlockAccess {
    private final Permit permit;
    private final Permit.Signed signed;

    Access(Permit permit, Permit.Signed signed) {
      this.permit = permit;
      this.signed = signed;
    }

    private Map<Digest, byte[]> blocks() {
      return shards.computeIfAbsent(permit.shard(), shard -> new ConcurrentHashMap<>());
    }

    @Override
    public void put(Digest digest, ByteBuffer block) {
      obey();
      byte[] bytes = new byte[block.remaining()];
      block.duplicate().get(bytes);
      if (!Digest.sha256(bytes).equals(digest)) {
        throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "the block is not its digest's");
      }
      puts.computeIfAbsent(digest, key -> new AtomicInteger()).incrementAndGet();
      blocks().put(digest, bytes);
    }

    @Override
    public int get(Digest digest, ByteBuffer into) {
      obey();
      gets.incrementAndGet();
      byte[] block = blocks().get(digest);
      if (block == null) {
        throw new ZansocException(ErrorCode.NOT_FOUND, name + " has no such block");
      }
      byte[] given = block.clone();
      if (fault == Fault.LIES) {
        given[0] ^= 1;
      }
      into.put(given);
      return given.length;
    }

    @Override
    public BitSet has(List<Digest> digests) {
      obey();
      BitSet there = new BitSet();
      for (int i = 0; i < digests.size(); i++) {
        there.set(i, blocks().containsKey(digests.get(i)));
      }
      return there;
    }

    @Override
    public Receipt.Signed receipt() {
      obey();
      Map<Digest, byte[]> blocks = blocks();
      return new Receipt(
              id(),
              permit.client(),
              signed.id(),
              permit.shard(),
              permit.action(),
              blocks.values().stream().mapToLong(block -> block.length).sum(),
              blocks.size(),
              Receipt.digestOf(List.copyOf(blocks.keySet())),
              Instant.now())
          .sign(keys.getPrivate());
    }
  }
}
