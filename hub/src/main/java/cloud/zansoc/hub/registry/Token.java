package cloud.zansoc.hub.registry;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenView;
import java.time.Instant;

/**
 * A join token as it is kept.
 *
 * @param secret the SHA-256 of the token's secret
 */
public record Token(TokenView view, Digest secret) {
  /**
   * Checks that somebody may join with this token now.
   *
   * @throws ZansocException TOKEN_REVOKED, TOKEN_EXPIRED, TOKEN_USED_UP, or FORBIDDEN where it
   *     invites to another role
   */
  public void check(boolean asHost, Instant now) {
    if (view.revoked()) {
      throw refused(ErrorCode.TOKEN_REVOKED, "was revoked");
    }
    if (!now.isBefore(view.expires())) {
      throw refused(ErrorCode.TOKEN_EXPIRED, "expired at " + view.expires());
    }
    if (view.maxUses().filter(max -> view.uses() >= max).isPresent()) {
      throw refused(ErrorCode.TOKEN_USED_UP, "was used " + view.uses() + " times, its limit");
    }
    if (asHost != (view.role() == Role.HOST)) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "the join token invites a %s: %s"
              .formatted(
                  view.role(), asHost ? "ask for one for hosts" : "use it with: zansoc host join"));
    }
  }

  private static ZansocException refused(ErrorCode code, String why) {
    return new ZansocException(
        code, "the join token " + why + ": ask the hub's operator for a new one");
  }
}
