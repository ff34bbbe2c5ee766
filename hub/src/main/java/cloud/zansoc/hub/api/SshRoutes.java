package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.SshAccess;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.node.KeyRegistration;
import cloud.zansoc.net.node.KeyView;
import cloud.zansoc.net.node.SshView;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The way into instances by SSH, and the keys that open it. */
final class SshRoutes {
  private final SshAccess access;
  private final Function<String, Optional<SshView>> gateway;

  /**
   * @param gateway as it is to somebody who reached the hub by this name; none where it has none
   */
  SshRoutes(SshAccess access, Function<String, Optional<SshView>> gateway) {
    this.access = access;
    this.gateway = gateway;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/v1/ssh", Access.ENROLLED, "The SSH gateway to instances, and its key")
            .gives(SshView.class)
            .does((request, caller) -> Reply.ok(view(request.head().host()))),
        ApiRoute.get("/v1/keys", Access.TENANT, "The SSH keys that reach the tenant's instances")
            .givesList(KeyView.class)
            .does((request, caller) -> Reply.ok(access.keys(caller.tenant()))),
        ApiRoute.post("/v1/keys", Access.TENANT, "Register an SSH key")
            .takes(KeyRegistration.class)
            .gives(KeyView.class)
            .does((request, caller) ->
                Reply.created(access.add(caller.tenant(), request.body(KeyRegistration.class)))),
        ApiRoute.delete("/v1/keys", Access.TENANT, "Remove a key, by its fingerprint or comment")
            .query("key!")
            .does((request, caller) -> {
              access.remove(caller.tenant(), request.requiredQuery("key"));
              return Reply.empty();
            }));
  }

  private SshView view(String host) {
    return gateway
        .apply(host)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.UNSUPPORTED,
                "this hub has no SSH gateway: its operator switched it off (ssh-port=none)"));
  }
}
