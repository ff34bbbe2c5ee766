package cloud.zansoc.hub.registry;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.Role;
import java.time.Instant;
import java.util.Arrays;

/**
 * A client or an operator.
 *
 * @param publicKey the raw Ed25519 key
 * @param role CLIENT or OPERATOR
 * @param tenant id of the tenant it belongs to
 */
public record Member(
    PeerId id, byte[] publicKey, String name, Role role, String tenant, Instant joined) {
  public Member {
    publicKey = publicKey.clone();
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Member member
        && id.equals(member.id)
        && Arrays.equals(publicKey, member.publicKey)
        && name.equals(member.name)
        && role == member.role
        && tenant.equals(member.tenant)
        && joined.equals(member.joined);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
