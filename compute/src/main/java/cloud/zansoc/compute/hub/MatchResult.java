package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.DeploymentPlan.Obstacle;
import java.util.List;

/** What {@link Matcher} found. */
public sealed interface MatchResult {
  /**
   * A host for each instance.
   *
   * @param instances in the order in which they were asked for
   * @param perHour of all together
   */
  record Placement(List<Placed> instances, Money perHour) implements MatchResult {
    public Placement {
      instances = List.copyOf(instances);
    }
  }

  /** Not all of them find a host. */
  record Unplaceable(Obstacle obstacle) implements MatchResult {}

  /** An instance on a host. */
  record Placed(WantedInstance instance, ComputeHost host, Money perHour) {}
}
