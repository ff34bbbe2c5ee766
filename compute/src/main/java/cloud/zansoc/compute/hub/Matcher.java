package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.ServiceSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Finds hosts for instances. Pure: the same question has the same answer. Thread-safe. */
public interface Matcher {
  /** A host for each instance that is asked for, or what stands in the way. */
  Match match(Request request, Collection<ComputeHost> hosts);

  /**
   * What is looked for.
   *
   * @param spec whose constraints hold: labels, spread, price limit, features, duration
   * @param wanted the instances without a place
   * @param placed the deployment's other instances, which spread and price limit count too
   */
  record Request(DeploymentSpec spec, List<Wanted> wanted, List<Placed> placed) {
    public Request {
      wanted = List.copyOf(wanted);
      placed = List.copyOf(placed);
    }

    /** All instances of a deployment, none of which has a place. */
    public static Request of(DeploymentSpec spec) {
      List<Wanted> wanted = new ArrayList<>();
      for (ServiceSpec service : spec.services()) {
        for (int number = 1; number <= service.replicas(); number++) {
          wanted.add(
              new Wanted(
                  service.name() + "-" + number,
                  service.name(),
                  service.size(),
                  Set.of(),
                  Set.of()));
        }
      }
      return new Request(spec, wanted, List.of());
    }
  }

  /**
   * An instance to be placed.
   *
   * @param size which may differ from its service's after a resize
   * @param only hosts that come into question; empty: any
   * @param excluded hosts that do not
   */
  record Wanted(
      String instance, String service, InstanceSize size, Set<PeerId> only, Set<PeerId> excluded) {
    public Wanted {
      only = Set.copyOf(only);
      excluded = Set.copyOf(excluded);
    }
  }

  /** An instance that has its place. */
  record Placed(String instance, String service, PeerId host, Money perHour) {}

  /** What was found. */
  sealed interface Match {
    /** One choice for each instance, in the order of the request. */
    record Found(List<Choice> choices) implements Match {
      public Found {
        choices = List.copyOf(choices);
      }
    }

    /** Not all can be placed. */
    record Obstructed(DeploymentPlan.Obstacle obstacle) implements Match {}
  }

  /** A host for an instance. */
  record Choice(String instance, ComputeHost host, Money perHour) {}
}
