package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be matched: all instances or none get a host.
 *
 * @param siblings instances of the same deployment that have a host and keep it
 * @param avoided hosts not to choose
 * @param mostPerHour for {@code instances} together
 * @param duration how long they are wanted; none: without end
 */
public record MatchRequest(
    List<WantedInstance> instances,
    List<Sibling> siblings,
    Set<PeerId> avoided,
    Optional<Money> mostPerHour,
    Optional<Duration> duration) {
  public MatchRequest {
    instances = List.copyOf(instances);
    siblings = List.copyOf(siblings);
    avoided = Set.copyOf(avoided);
  }

  /** An instance that stays where it is. */
  public record Sibling(String service, PeerId host) {}

  /** All instances of a deployment. */
  public static MatchRequest of(DeploymentSpec deployment) {
    List<WantedInstance> instances = new ArrayList<>();
    for (ServiceSpec service : deployment.services()) {
      for (int number = 1; number <= service.replicas(); number++) {
        instances.add(WantedInstance.of(deployment, service, number));
      }
    }
    return new MatchRequest(
        instances, List.of(), Set.of(), deployment.mostPerHour(), deployment.duration());
  }

  /** Only some of them, by name: to replace one, or to add replicas. */
  public MatchRequest only(Set<String> names) {
    return new MatchRequest(
        instances.stream().filter(instance -> names.contains(instance.name())).toList(),
        siblings,
        avoided,
        mostPerHour,
        duration);
  }

  /** Beside others that stay. */
  public MatchRequest beside(Collection<Sibling> others) {
    return new MatchRequest(instances, List.copyOf(others), avoided, mostPerHour, duration);
  }

  /** On none of these hosts. */
  public MatchRequest avoiding(Set<PeerId> hosts) {
    return new MatchRequest(instances, siblings, hosts, mostPerHour, duration);
  }

  /** For at most so much an hour together. */
  public MatchRequest within(Optional<Money> limit) {
    return new MatchRequest(instances, siblings, avoided, limit, duration);
  }
}
