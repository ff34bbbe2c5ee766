package cloud.zansoc.hub.api;

import cloud.zansoc.base.Durations;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.net.node.DamageReport;
import cloud.zansoc.net.node.NetworkTotals;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.hub.Catalogue;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The nodes, what they shall do, and what they report. */
final class NodeRoutes {
  /** How long instances have to move before an owner has the machine back. */
  private static final Duration GRACE = Duration.ofMinutes(10);

  /** Who has so long can drain the host. */
  private static final Duration LONGEST_GRACE = Duration.ofDays(30);

  private final Hosts hosts;
  private final Catalogue catalogue;
  private final Consumer<PeerId> changed;

  /**
   * @param changed told of each host that shall do something else
   */
  NodeRoutes(Hosts hosts, Catalogue catalogue, Consumer<PeerId> changed) {
    this.hosts = hosts;
    this.catalogue = catalogue;
    this.changed = changed;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/v1/nodes", Access.ENROLLED, "The nodes that have not left, by name")
            .givesList(NodeView.class)
            .does((request, caller) -> Reply.ok(hosts.nodes())),
        ApiRoute.get("/v1/nodes/{node}", Access.ENROLLED, "One node by id or name")
            .gives(NodeView.class)
            .does((request, caller) -> Reply.ok(hosts.node(request.path("node")))),
        ApiRoute.get("/v1/totals", Access.ENROLLED, "The sums over the nodes that are connected")
            .gives(NetworkTotals.class)
            .does((request, caller) -> Reply.ok(hosts.totals())),
        action("pause", "Take nothing new", HostRecord.Wish.PAUSED),
        ApiRoute.post(
                "/v1/nodes/{node}/clear",
                Access.OWNER,
                "Take nothing new, have its instances moved away, and those that cannot move within the grace (10m) stopped")
            .query("grace")
            .gives(NodeView.class)
            .does((request, caller) -> {
              Duration grace = request.query("grace", NodeRoutes::grace).orElse(GRACE);
              return changed(request, host -> hosts.clear(host, grace));
            }),
        action(
            "resume",
            "Take blocks and instances again; ends a pause, a clearing or a drain",
            HostRecord.Wish.ACTIVE),
        action("drain", "Hand everything over, then leave", HostRecord.Wish.DRAINING),
        action("leave", "Leave at once; what it held is restored elsewhere", HostRecord.Wish.LEFT),
        ApiRoute.post("/v1/damage", Access.HOST, "Report a block that the host found damaged")
            .takes(DamageReport.class)
            .does((request, caller) -> {
              DamageReport report = request.body(DamageReport.class);
              catalogue.reportDamage(caller.id(), report.digest(), report.shard());
              return Reply.empty();
            }));
  }

  private ApiRoute action(String name, String summary, HostRecord.Wish wish) {
    return ApiRoute.post("/v1/nodes/{node}/" + name, Access.OWNER, summary)
        .gives(NodeView.class)
        .does((request, caller) -> changed(request, host -> hosts.wish(host, wish)));
  }

  private Reply changed(Request request, Function<PeerId, NodeView> change) {
    PeerId host = hosts.record(request.path("node")).id();
    NodeView node = change.apply(host);
    changed.accept(host);
    return Reply.ok(node);
  }

  private static Duration grace(String text) {
    Duration grace = Durations.parse(text);
    if (grace.compareTo(LONGEST_GRACE) > 0) {
      throw new IllegalArgumentException(
          "%s is too long: at most %s".formatted(text, Durations.text(LONGEST_GRACE)));
    }
    return grace;
  }
}
