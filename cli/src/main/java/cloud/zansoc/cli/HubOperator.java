package cloud.zansoc.cli;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The operator that a hub made at its first start, for whoever may read the hub's data folder: it
 * invites the first people and hosts. To be closed.
 */
public final class HubOperator implements AutoCloseable {
  private static final long TOKEN_SECONDS = 600;

  private final ApiClient api;

  private HubOperator(ApiClient api) {
    this.api = api;
  }

  /**
   * The operator of the hub whose data are in {@code folder} and whose API is at {@code address}.
   *
   * @throws ZansocException NOT_FOUND where no hub has started in the folder, FORBIDDEN where this
   *     user may not read them
   */
  public static HubOperator of(Path folder, HostAddress address) {
    Path operator = folder.resolve(Hub.OPERATOR_IDENTITY);
    Path hub = folder.resolve(Hub.IDENTITY);
    if (Files.notExists(operator) || Files.notExists(hub)) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "'%s' has no %s: name the folder that 'zansoc hub --data' was given, after its first start"
              .formatted(folder, Hub.OPERATOR_IDENTITY));
    }
    if (!Files.isReadable(operator) || !Files.isReadable(hub)) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "you may not read the hub's keys in '%s': run this as the hub's user, for example with sudo"
              .formatted(folder));
    }
    Identity self = Identity.loadOrCreate(operator);
    return new HubOperator(
        new ApiClient(self, Identity.loadOrCreate(hub).id(), address, ApiClient.Patience.SHORT));
  }

  /** The hub's API, as this operator. */
  public ApiClient api() {
    return api;
  }

  /** A token for a few minutes. */
  public JoinToken invite(Role role, String note) {
    TokenRequest request =
        new TokenRequest(
            role, Optional.empty(), Optional.of(TOKEN_SECONDS), Optional.empty(), note);
    return JoinToken.parse(
        api.call(ApiCall.post("/v1/tokens").body(request), NewToken.class).text());
  }

  @Override
  public void close() {
    api.close();
  }
}
