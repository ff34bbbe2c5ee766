package cloud.zansoc.hub.store;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.hub.HostDirectory;
import cloud.zansoc.storage.hub.StorageHost;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** Hosts in memory, with keys that sign receipts. */
final class TestHosts implements HostDirectory {
  private final Map<PeerId, StorageHost> hosts = new ConcurrentHashMap<>();
  private final Map<PeerId, PrivateKey> keys = new ConcurrentHashMap<>();
  private final List<PeerId> ids = new ArrayList<>();
  private volatile boolean gathering;

  TestHosts(int count, RandomGenerator random) {
    for (int i = 0; i < count; i++) {
      byte[] seed = new byte[32];
      random.nextBytes(seed);
      add(i, seed);
    }
  }

  private void add(int number, byte[] seed) {
    PrivateKey key = Ed25519.privateKey(seed);
    byte[] publicKey = TestKeys.publicKey(seed);
    PeerId id = PeerId.ofPublicKey(publicKey);
    hosts.put(
        id,
        new StorageHost(
            id,
            publicKey,
            "host-" + number,
            NodeView.State.READY,
            ByteSize.ofGibibytes(100),
            Optional.empty(),
            "net-" + number,
            1));
    keys.put(id, key);
    ids.add(id);
  }

  PeerId id(int number) {
    return ids.get(number);
  }

  int size() {
    return ids.size();
  }

  void state(PeerId id, NodeView.State state) {
    hosts.computeIfPresent(
        id,
        (same, host) ->
            new StorageHost(
                host.id(),
                host.publicKey(),
                host.name(),
                state,
                host.free(),
                host.direct(),
                host.network(),
                host.reputation()));
  }

  @Override
  public List<StorageHost> hosts() {
    return ids.stream().map(id -> host(id).orElseThrow()).toList();
  }

  @Override
  public Optional<StorageHost> host(PeerId id) {
    return Optional.ofNullable(hosts.get(id));
  }

  @Override
  public boolean isGathering() {
    return gathering;
  }

  void gathering(boolean now) {
    gathering = now;
  }

  /** The host's receipt for its whole position. */
  Receipt.Signed receipt(PeerId host, ShardId shard, SegmentIndex index, int position) {
    Set<Digest> blocks = new HashSet<>();
    long bytes = 0;
    for (int stripe = 0; stripe < index.stripes(); stripe++) {
      blocks.add(index.digest(stripe, position));
      bytes += index.blockBytes(stripe);
    }
    return sign(
        new Receipt(
            host,
            host,
            Digest.sha256(new byte[] {1}),
            shard,
            Permit.Action.PUT,
            bytes,
            blocks.size(),
            Receipt.digestOf(List.copyOf(blocks)),
            Instant.EPOCH));
  }

  Receipt.Signed sign(Receipt receipt) {
    PrivateKey key = keys.get(receipt.host());
    if (key == null) {
      throw new IllegalArgumentException("no such host: " + receipt.host());
    }
    return receipt.sign(key);
  }
}
