package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the ports of deployments are reached from outside. Thread-safe. */
public interface Endpoints {
  /** A hub that publishes no ports. */
  Endpoints NONE = new NoEndpoints();

  /** An instance to which connections may go. */
  record Replica(String service, String name, InstanceId instance, long generation, PeerId host) {}

  /** A stay of an instance on a host. */
  record Stay(InstanceId instance, long generation) {}

  /** What stands in the way of publishing the ports of a new deployment; nothing is reserved. */
  Optional<DeploymentPlan.Obstacle> obstacle(DeploymentSpec spec);

  /**
   * Reserves durably what a deployment is reached by, until it is removed; again changes nothing.
   *
   * @throws cloud.zansoc.base.ZansocException CONFLICT where a port that it asks for is taken
   */
  void reserve(Deployment deployment);

  /** Gives back what was reserved for a deployment that was not kept after all. */
  void release(Digest deployment);

  /**
   * From now on connections go to these replicas, or nowhere once the deployment is removed.
   * Returns at once: it is called in the deployment's turn, before hosts are given orders.
   *
   * @param held stays that are not over: connections to others of the deployment end
   */
  void publish(Deployment deployment, List<Replica> replicas, Set<Stay> held);

  /** Whether requests or connections to an instance are under way there. */
  boolean isBusy(InstanceId instance, long generation);

  /** A host is silent: nothing goes there until it is published again. */
  void silent(PeerId host);

  /** The addresses of a deployment's ports, by service and port. */
  List<DeploymentView.Endpoint> addresses(Deployment deployment);
}
