package cloud.zansoc.hub.api;

import cloud.zansoc.compute.api.DeploymentBill;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentRequest;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.ResizeRequest;
import cloud.zansoc.compute.api.ScaleRequest;
import cloud.zansoc.compute.hub.Deployments;
import cloud.zansoc.compute.hub.Instance;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import java.util.List;
import java.util.stream.Stream;

/**
 * Deployments and instances. An instance is named NAME, or NAME.DEPLOYMENT where that is needed.
 */
final class ComputeRoutes {
  private static final String DEPLOYMENT = "/v1/deployments/{deployment}";
  private static final String INSTANCE = "/v1/instances/{instance}";

  private final Deployments deployments;

  ComputeRoutes(Deployments deployments) {
    this.deployments = deployments;
  }

  List<ApiRoute> routes() {
    return Stream.of(deployments(), instances()).flatMap(List::stream).toList();
  }

  private List<ApiRoute> deployments() {
    return List.of(
        ApiRoute.post("/v1/deployments/plan", Access.TENANT, "What a deployment would get now")
            .takes(DeploymentRequest.class)
            .gives(DeploymentPlan.class)
            .does((request, caller) ->
                Reply.ok(deployments.plan(request.body(DeploymentRequest.class).spec()))),
        ApiRoute.get("/v1/deployments", Access.TENANT, "The tenant's deployments by name")
            .givesList(DeploymentView.class)
            .does((request, caller) -> Reply.ok(deployments.list(caller.tenant()))),
        ApiRoute.post("/v1/deployments", Access.TENANT, "Deploy")
            .takes(DeploymentRequest.class)
            .gives(DeploymentView.class)
            .does((request, caller) ->
                Reply.created(
                    deployments.create(caller.tenant(), request.body(DeploymentRequest.class)))),
        ApiRoute.get(DEPLOYMENT, Access.TENANT, "One deployment, with its events and its bill")
            .gives(DeploymentView.class)
            .does((request, caller) ->
                Reply.ok(deployments.view(caller.tenant(), request.path("deployment")))),
        ApiRoute.get(
                DEPLOYMENT + "/bill",
                Access.TENANT,
                "What a deployment has cost, with receipts; also after it was removed")
            .gives(DeploymentBill.class)
            .does((request, caller) ->
                Reply.ok(deployments.bill(caller.tenant(), request.path("deployment")))),
        ApiRoute.delete(DEPLOYMENT, Access.TENANT, "Remove a deployment; its volumes stay")
            .does((request, caller) -> {
              deployments.remove(caller.tenant(), request.path("deployment"));
              return Reply.empty();
            }),
        ApiRoute.post(DEPLOYMENT + "/scale", Access.TENANT, "More or fewer replicas of a service")
            .takes(ScaleRequest.class)
            .gives(DeploymentView.class)
            .does((request, caller) ->
                Reply.ok(
                    deployments.scale(
                        caller.tenant(),
                        request.path("deployment"),
                        request.body(ScaleRequest.class)))));
  }

  private List<ApiRoute> instances() {
    return List.of(
        ApiRoute.get("/v1/instances", Access.TENANT, "The tenant's instances")
            .givesList(InstanceView.class)
            .does((request, caller) -> Reply.ok(deployments.instances(caller.tenant()))),
        ApiRoute.get(INSTANCE, Access.TENANT, "One instance")
            .gives(InstanceView.class)
            .does((request, caller) ->
                Reply.ok(deployments.instance(caller.tenant(), instance(request)))),
        wanting("stop", "Stop an instance; its data are kept for a while", Instance.Wanted.STOPPED),
        wanting("start", "Start a stopped instance", Instance.Wanted.RUNNING),
        wanting("restart", "Stop and start an instance", Instance.Wanted.RESTARTED),
        ApiRoute.post(INSTANCE + "/resize", Access.TENANT, "Other CPU and memory, while it runs")
            .takes(ResizeRequest.class)
            .gives(InstanceView.class)
            .does((request, caller) ->
                Reply.ok(
                    deployments.resize(
                        caller.tenant(),
                        instance(request),
                        request.body(ResizeRequest.class).size()))),
        ApiRoute.delete(INSTANCE, Access.TENANT, "Remove an instance; a fresh one takes its place")
            .does((request, caller) -> {
              deployments.want(caller.tenant(), instance(request), Instance.Wanted.REMOVED);
              return Reply.empty();
            }));
  }

  private ApiRoute wanting(String verb, String summary, Instance.Wanted wanted) {
    return ApiRoute.post(INSTANCE + "/" + verb, Access.TENANT, summary)
        .gives(InstanceView.class)
        .does((request, caller) ->
            Reply.ok(deployments.want(caller.tenant(), instance(request), wanted)));
  }

  private static String instance(Request request) {
    return request.path("instance");
  }
}
