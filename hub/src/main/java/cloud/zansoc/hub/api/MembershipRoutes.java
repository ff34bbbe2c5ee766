package cloud.zansoc.hub.api;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.hub.registry.Enrolment;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Invitations;
import cloud.zansoc.hub.registry.Member;
import cloud.zansoc.hub.registry.Members;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.net.node.ClientRegistration;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import cloud.zansoc.net.node.TokenView;
import cloud.zansoc.net.node.WhoAmI;
import cloud.zansoc.storage.hub.Catalogue;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the hub is, who the caller is, joining and inviting. */
final class MembershipRoutes {
  private final Enrolment enrolment;
  private final Invitations invitations;
  private final Members members;
  private final Catalogue catalogue;
  private final Function<String, HubView> hub;

  /**
   * @param hub how the hub shows itself to somebody who reached it by this name
   */
  MembershipRoutes(
      Enrolment enrolment,
      Invitations invitations,
      Members members,
      Catalogue catalogue,
      Function<String, HubView> hub) {
    this.enrolment = enrolment;
    this.invitations = invitations;
    this.members = members;
    this.catalogue = catalogue;
    this.hub = hub;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/v1/hub", Access.ANYONE, "The hub, its clock and its admission rules")
            .gives(HubView.class)
            .does((request, caller) -> Reply.ok(hub.apply(request.head().host()))),
        ApiRoute.post("/v1/clients", Access.PEER, "Become a client by a join token")
            .takes(ClientRegistration.class)
            .gives(WhoAmI.class)
            .does((request, caller) -> joinClient(request, caller.id())),
        ApiRoute.post("/v1/hosts", Access.PEER, "Become a host by a join token")
            .takes(HostRegistration.class)
            .gives(NodeView.class)
            .does((request, caller) -> joinHost(request, caller.id())),
        ApiRoute.get("/v1/whoami", Access.ENROLLED, "What the hub knows of the caller")
            .gives(WhoAmI.class)
            .does((request, caller) -> Reply.ok(whoAmI(caller))),
        ApiRoute.get("/v1/tokens", Access.OPERATOR, "The join tokens, newest first")
            .givesList(TokenView.class)
            .does((request, caller) -> Reply.ok(invitations.tokens())),
        ApiRoute.post("/v1/tokens", Access.OPERATOR, "Make a join token")
            .takes(TokenRequest.class)
            .gives(NewToken.class)
            .does((request, caller) ->
                Reply.created(invitations.invite(request.body(TokenRequest.class)))),
        ApiRoute.delete("/v1/tokens/{token}", Access.OPERATOR, "Revoke a join token")
            .does((request, caller) -> revoke(request.path("token"))));
  }

  private Reply joinClient(Request request, PeerId peer) {
    Member member = enrolment.joinClient(peer, request.body(ClientRegistration.class));
    return Reply.created(whoAmI(member));
  }

  private Reply joinHost(Request request, PeerId peer) {
    HostRegistration registration = request.body(HostRegistration.class);
    return switch (enrolment.joinHost(peer, registration, request.sender().ip())) {
      case Enrolment.Outcome.Joined joined -> Reply.created(joined.node());
      case Enrolment.Outcome.Refused refused ->
          Reply.error(
              ErrorCode.ADMISSION_REFUSED,
              "the machine does not meet the hub's admission rules: see how it would qualify",
              refused.refusal());
    };
  }

  private WhoAmI whoAmI(Caller caller) {
    return caller
        .member()
        .map(this::whoAmI)
        .orElseGet(() ->
            new WhoAmI(
                caller.id(),
                caller.host().map(HostRecord::name).orElse(""),
                Role.HOST,
                Optional.empty(),
                Optional.empty(),
                new ByteSize(0)));
  }

  private WhoAmI whoAmI(Member member) {
    return new WhoAmI(
        member.id(),
        member.name(),
        member.role(),
        Optional.of(member.tenant()),
        members.quota(member.tenant()),
        catalogue.used(member.tenant()));
  }

  private Reply revoke(String token) {
    invitations.revoke(token);
    return Reply.empty();
  }
}
