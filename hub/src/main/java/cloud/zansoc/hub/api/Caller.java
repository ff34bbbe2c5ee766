package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Member;
import cloud.zansoc.net.node.Role;
import java.util.Optional;

/**
 * Who sent a request, as the hub knows them.
 *
 * @param peer by the certificate
 * @param member the client or operator that it is
 * @param host the host that it is, unless it has left
 */
public record Caller(Optional<PeerId> peer, Optional<Member> member, Optional<HostRecord> host) {
  /** The peer; only on routes that need a certificate. */
  public PeerId id() {
    return peer.orElseThrow(() ->
        new ZansocException(
            ErrorCode.UNAUTHENTICATED,
            "this needs an identity: connect with a client certificate (zansoc login)"));
  }

  /** The tenant; only on routes for clients and operators. */
  public String tenant() {
    return member
        .map(Member::tenant)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.FORBIDDEN, "only clients have a tenant: zansoc login with a token"));
  }

  /** Whether it is an operator. */
  public boolean isOperator() {
    return member.filter(known -> known.role() == Role.OPERATOR).isPresent();
  }
}
