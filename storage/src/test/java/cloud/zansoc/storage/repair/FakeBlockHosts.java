package cloud.zansoc.storage.repair;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockConnection;
import cloud.zansoc.net.block.BlockDialer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Hosts in memory, each with one fault or none. */
final class FakeBlockHosts implements BlockDialer {
  /** What is wrong with a host. */
  enum Fault {
    NONE,
    UNREACHABLE,
    OTHER_BYTES,
    STALLS,
    NO_SPACE
  }

  private final Map<PeerId, Map<Digest, byte[]>> blocks = new ConcurrentHashMap<>();
  private final Map<PeerId, Fault> faults = new ConcurrentHashMap<>();
  private final AtomicInteger puts = new AtomicInteger();
  private final CountDownLatch stalled = new CountDownLatch(1);

  void store(PeerId host, Digest digest, byte[] block) {
    blocks.computeIfAbsent(host, id -> new ConcurrentHashMap<>()).put(digest, block);
  }

  void drop(PeerId host, Digest digest) {
    blocks.computeIfAbsent(host, id -> new ConcurrentHashMap<>()).remove(digest);
  }

  byte[] block(PeerId host, Digest digest) {
    return blocks.getOrDefault(host, Map.of()).getOrDefault(digest, new byte[0]);
  }

  void fault(PeerId host, Fault fault) {
    faults.put(host, fault);
  }

  int puts() {
    return puts.get();
  }

  void awaitStall() throws InterruptedException {
    stalled.await();
  }

  @Override
  public BlockConnection connect(PeerId host, Optional<HostAddress> direct, Relay relay) {
    Fault fault = faults.getOrDefault(host, Fault.NONE);
    if (fault == Fault.UNREACHABLE) {
      throw new ZansocException(ErrorCode.UNREACHABLE, "host is away");
    }
    return new Connection(host, fault);
  }

  @Override
  public void close() {}

  private final class Connection implements BlockConnection {
    private final PeerId host;
    private final Fault fault;

    Connection(PeerId host, Fault fault) {
      this.host = host;
      this.fault = fault;
    }

    @Override
    public PeerId host() {
      return host;
    }

    @Override
    public BlockAccess open(Permit.Signed permit) {
      return new Access(host, fault, permit);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  private final class Access implements BlockAccess {
    private final PeerId host;
    private final Fault fault;
    private final Permit.Signed permit;

    Access(PeerId host, Fault fault, Permit.Signed permit) {
      this.host = host;
      this.fault = fault;
      this.permit = permit;
    }

    @Override
    public void put(Digest digest, ByteBuffer block) {
      if (fault == Fault.NO_SPACE) {
        throw new ZansocException(ErrorCode.NO_SPACE, "the disk is full");
      }
      byte[] bytes = new byte[block.remaining()];
      block.duplicate().get(bytes);
      store(host, digest, bytes);
      puts.incrementAndGet();
    }

    @Override
    public int get(Digest digest, ByteBuffer into) {
      if (fault == Fault.STALLS) {
        stall();
      }
      byte[] block = block(host, digest).clone();
      if (block.length == 0) {
        throw new ZansocException(ErrorCode.NOT_FOUND, "no such block");
      }
      if (fault == Fault.OTHER_BYTES) {
        block[0] ^= 1;
      }
      into.put(block);
      return block.length;
    }

    /** Stalls until the reader gives up. */
    private void stall() {
      stalled.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new ZansocException(ErrorCode.TIMED_OUT, "given up", e);
      }
    }

    @Override
    public BitSet has(List<Digest> digests) {
      BitSet found = new BitSet();
      for (int i = 0; i < digests.size(); i++) {
        found.set(i, block(host, digests.get(i)).length > 0);
      }
      return found;
    }

    @Override
    public Receipt.Signed receipt() {
      List<Digest> kept = List.copyOf(blocks.getOrDefault(host, Map.of()).keySet());
      Receipt receipt =
          new Receipt(
              host,
              permit.permit().client(),
              permit.id(),
              permit.permit().shard(),
              permit.permit().action(),
              1,
              kept.size(),
              Receipt.digestOf(kept),
              Instant.EPOCH);
      return new Receipt.Signed(receipt, new byte[64]);
    }
  }
}
