package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.Deployments;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.compute.hub.Volumes;
import cloud.zansoc.hub.registry.Enrolment;
import cloud.zansoc.hub.registry.SshAccess;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.net.http.Route;
import cloud.zansoc.net.http.Router;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.SshView;
import cloud.zansoc.storage.hub.Catalogue;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Every route of the hub, behind its gate. */
public final class Api {
  private final List<ApiRoute> routes = new ArrayList<>();
  private final Gate gate;
  private final Map<String, Object> document;
  private final Deployments deployments;

  /**
   * What the hub shows of itself.
   *
   * @param view to somebody who reached it by this name
   * @param metrics as Prometheus text
   * @param changed told of each host that shall do something else
   * @param volumes of all tenants
   * @param deployments likewise
   * @param ledger none where the hub has none
   * @param instances the ways into instances
   */
  public record Surroundings(
      Function<String, HubView> view,
      Supplier<String> metrics,
      Consumer<PeerId> changed,
      Volumes volumes,
      Deployments deployments,
      Optional<LedgerRoutes.Ledger> ledger,
      Instances instances) {}

  /**
   * The ways into instances.
   *
   * @param gateway the one of SSH, to somebody who reached the hub by this name
   */
  public record Instances(
      InstanceStreams streams, SshAccess access, Function<String, Optional<SshView>> gateway) {}

  /** The routes over the hub's parts. */
  public Api(
      Enrolment enrolment,
      Enrolment.Directory directory,
      Catalogue catalogue,
      Guests guests,
      Surroundings surroundings) {
    gate = new Gate(directory.members(), directory.hosts());
    deployments = surroundings.deployments();
    routes.addAll(
        new MembershipRoutes(
                enrolment,
                directory.invitations(),
                directory.members(),
                catalogue,
                surroundings.view())
            .routes());
    routes.addAll(new NodeRoutes(directory.hosts(), catalogue, surroundings.changed()).routes());
    routes.addAll(new MeasureRoutes().routes());
    routes.addAll(new StorageRoutes(catalogue, guests).routes());
    routes.addAll(new VolumeRoutes(surroundings.volumes(), catalogue).routes());
    routes.addAll(new ComputeRoutes(surroundings.deployments()).routes());
    routes.addAll(new LedgerRoutes(surroundings.ledger()).routes());
    Instances instances = surroundings.instances();
    routes.addAll(new SshRoutes(instances.access(), instances.gateway()).routes());
    routes.addAll(
        new InstanceStreamRoutes(surroundings.deployments(), instances.streams()).routes());
    routes.add(
        ApiRoute.get("/metrics", Access.ANYONE, "Prometheus metrics, for operators and locally")
            .gives(String.class)
            .does((request, caller) -> metrics(request, caller, surroundings.metrics())));
    routes.add(
        ApiRoute.get("/v1/openapi.json", Access.ANYONE, "This document")
            .gives(Object.class)
            .does((request, caller) -> Reply.ok(document())));
    document = OpenApi.document(routes);
  }

  /** The OpenAPI 3.1 document: maps, lists and text. */
  public Map<String, Object> document() {
    return document;
  }

  /** The document as it is kept in docs/reference. */
  public String documentText() {
    return Json.pretty(document) + "\n";
  }

  /** Who may use what. */
  List<ApiRoute> routes() {
    return List.copyOf(routes);
  }

  /** Whether the hub knows this peer. */
  public boolean knows(PeerId peer) {
    return gate.knows(peer);
  }

  /** The routes for the server. */
  public Router router() {
    return new Router(
        routes.stream().map(route -> route.behind(gate, limit(route), this::notice)).toList());
  }

  /** The first of a tenant's warnings, in printable ASCII as headers must be. */
  private Optional<String> notice(Caller caller) {
    List<String> warnings =
        caller.member().map(member -> deployments.warnings(member.tenant())).orElse(List.of());
    if (warnings.isEmpty()) {
      return Optional.empty();
    }
    String first = warnings.getFirst().replaceAll("[^ -~]", "?");
    int more = warnings.size() - 1;
    return Optional.of(
        more == 0 ? first : "%s (and %d more: zansoc deployment show)".formatted(first, more));
  }

  private static long limit(ApiRoute route) {
    return switch (route.template()) {
      case "/v1/commit", VolumeRoutes.HOLDER + "/commit" -> StorageRoutes.MAX_COMMIT_BYTES;
      case "/v1/measure/up" -> MeasureRoutes.MAX_BYTES;
      case "/v1/instances/{instance}/files" -> InstanceStreamRoutes.MAX_BODY_BYTES;
      case "/v1/buckets/{bucket}/move" -> StorageRoutes.MAX_MANIFEST_BODY_BYTES;
      default -> Route.DEFAULT_BODY_BYTES;
    };
  }

  private static Reply metrics(Request request, Caller caller, Supplier<String> metrics) {
    if (!caller.isOperator() && !isLoopback(request.sender().ip())) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN, "metrics are for operators, or for requests from the hub's machine");
    }
    return Reply.text("text/plain; version=0.0.4; charset=utf-8", metrics.get());
  }

  private static boolean isLoopback(String ip) {
    try {
      return InetAddress.getByName(ip).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
