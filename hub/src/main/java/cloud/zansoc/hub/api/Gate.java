package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.hub.registry.Members;
import cloud.zansoc.net.http.Request;

/** Decides who may use which route. Thread-safe. */
final class Gate {
  private final Members members;
  private final Hosts hosts;

  Gate(Members members, Hosts hosts) {
    this.members = members;
    this.hosts = hosts;
  }

  /** Whether the hub knows this peer. */
  boolean knows(PeerId peer) {
    return members.member(peer).isPresent() || hosts.isEnrolled(peer);
  }

  /**
   * Lets the sender of {@code request} through.
   *
   * @throws ZansocException UNAUTHENTICATED where it must show who it is, FORBIDDEN where it shows
   *     somebody who may not
   */
  Caller admit(Access access, Request request) {
    Caller caller =
        new Caller(
            request.peer(),
            request.peer().flatMap(members::member),
            request.peer().filter(hosts::isEnrolled).flatMap(hosts::record));
    boolean known =
        caller.member().isPresent()
            || caller.host().isPresent()
            || (access == Access.EARNER && request.peer().flatMap(hosts::record).isPresent());
    if (access == Access.ANYONE) {
      return caller;
    }
    PeerId id = caller.id();
    if (access != Access.PEER && !known) {
      throw new ZansocException(
          ErrorCode.UNAUTHENTICATED,
          "the hub does not know %s: join with a token (zansoc login, or zansoc host join)"
              .formatted(id.shortText()));
    }
    boolean allowed =
        switch (access) {
          case ANYONE, PEER, ENROLLED, EARNER -> true;
          case TENANT -> caller.member().isPresent();
          case HOST -> caller.host().isPresent();
          case OWNER -> caller.isOperator() || owns(caller, request);
          case OPERATOR -> caller.isOperator();
        };
    if (!allowed) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "%s %s is for: %s"
              .formatted(request.route().method(), request.route().template(), access.text()));
    }
    return caller;
  }

  /** Whether the path's node is the caller itself. */
  private boolean owns(Caller caller, Request request) {
    return caller
        .host()
        .filter(host -> hosts.record(request.path("node")).id().equals(host.id()))
        .isPresent();
  }
}
