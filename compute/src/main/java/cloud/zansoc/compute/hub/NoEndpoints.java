package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.ServiceSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Publishes nothing, and says so. */
final class NoEndpoints implements Endpoints {
  @Override
  public Optional<DeploymentPlan.Obstacle> obstacle(DeploymentSpec spec) {
    return spec.services().stream()
        .filter(service -> !service.ports().isEmpty())
        .findFirst()
        .map(NoEndpoints::obstacle);
  }

  private static DeploymentPlan.Obstacle obstacle(ServiceSpec service) {
    return new DeploymentPlan.Obstacle(
        DeploymentPlan.Constraint.PORTS,
        Optional.of(service.name()),
        "port %d of %s is to be published, and this hub publishes no ports"
            .formatted(service.ports().getFirst().port(), service.name()));
  }

  @Override
  public void reserve(Deployment deployment) {}

  @Override
  public void release(Digest deployment) {}

  @Override
  public void publish(Deployment deployment, List<Replica> replicas, Set<Stay> held) {}

  @Override
  public boolean isBusy(InstanceId instance, long generation) {
    return false;
  }

  @Override
  public void silent(PeerId host) {}

  @Override
  public List<DeploymentView.Endpoint> addresses(Deployment deployment) {
    return List.of();
  }
}
