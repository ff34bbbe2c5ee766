package cloud.zansoc.net.block;

import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.identity.Identity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/** The peers of a test, and what they give each other. */
public final class Cast {
  private static final SecureRandom RANDOM = new SecureRandom();

  public final Identity hub = Identity.create(RANDOM);
  public final Identity host = Identity.create(RANDOM);
  public final Identity client = Identity.create(RANDOM);

  /** A permit for a fresh shard. */
  public Permit.Signed permit(Permit.Action action, long maxBytes) {
    return permit(new ShardId(RANDOM.nextLong(), RANDOM.nextLong()), action, maxBytes);
  }

  /** A permit for a shard, valid for the next hour. */
  public Permit.Signed permit(ShardId shard, Permit.Action action, long maxBytes) {
    Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    return new Permit(
            hub.id(),
            host.id(),
            client.id(),
            shard,
            action,
            maxBytes,
            now,
            now.plus(Duration.ofHours(1)),
            RANDOM.nextLong())
        .sign(hub.signingKey());
  }

  /** Any free port of the loopback. */
  public static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** A listening socket's address as peers are told it. */
  public static HostAddress address(InetSocketAddress listening) {
    return new HostAddress(listening.getAddress().getHostAddress(), listening.getPort());
  }
}
