package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockConnection;
import cloud.zansoc.net.block.BlockDialer;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Hosts in memory, and the way to them. */
final class MemoryHosts {
  private final List<MemoryHost> hosts = new ArrayList<>();

  MemoryHosts(int count, RandomGenerator random) {
    for (int i = 0; i < count; i++) {
      hosts.add(new MemoryHost("host-" + (i + 1), keys(random)));
    }
  }

  List<MemoryHost> all() {
    return hosts;
  }

  MemoryHost get(PeerId id) {
    return hosts.stream().filter(host -> host.id().equals(id)).findFirst().orElseThrow();
  }

  /** How many puts all hosts took together. */
  int puts() {
    return hosts.stream()
        .flatMap(host -> host.puts().values().stream())
        .mapToInt(count -> count.get())
        .sum();
  }

  int gets() {
    return hosts.stream().mapToInt(MemoryHost::gets).sum();
  }

  /** Dials as {@code client}. */
  BlockDialer dialer(PeerId client, MemoryStorageHub hub) {
    return new BlockDialer() {
      @Override
      public BlockConnection connect(PeerId id, Optional<HostAddress> direct, Relay relay) {
        MemoryHost host = get(id);
        if (host.fault() == MemoryHost.Fault.DEAD) {
          throw new ZansocException(ErrorCode.UNREACHABLE, host.name() + " is not there");
        }
        return new Connection(host, client, hub);
      }

      @Override
      public void close() {}
    };
  }

  static KeyPair keys(RandomGenerator random) {
    byte[] seed = new byte[Ed25519.KEY_BYTES];
    random.nextBytes(seed);
    return KeyPairs.ofSeed(seed);
  }

  private record Connection(MemoryHost at, PeerId client, MemoryStorageHub hub)
      implements BlockConnection {
    @Override
    public PeerId host() {
      return at.id();
    }

    @Override
    public BlockAccess open(Permit.Signed permit) {
      return at.open(client, permit, hub);
    }

    @Override
    public boolean isOpen() {
      return at.fault() != MemoryHost.Fault.DEAD;
    }

    @Override
    public void close() {}
  }
}
