package cloud.zansoc.compute.api;

import cloud.zansoc.base.DnsLabel;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks for: services that belong together, in one private network and on one bill.
 *
 * @param privateNetwork whether the instances reach each other by name ({@code web-1.shop.zan});
 *     hosts that cannot do that are not used then
 * @param mostPerHour for all instances together
 * @param duration for how long; none: until it is removed or the money ends
 */
public record DeploymentSpec(
    String name,
    List<ServiceSpec> services,
    boolean privateNetwork,
    Optional<Money> mostPerHour,
    Optional<Duration> duration) {
  public DeploymentSpec {
    DnsLabel.check("a deployment", name);
    services = List.copyOf(services);
    if (services.isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "deployment " + name + " has no service");
    }
    Set<String> names = new HashSet<>();
    for (ServiceSpec service : services) {
      if (!names.add(service.name())) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "deployment %s has two services '%s'".formatted(name, service.name()));
      }
    }
  }

  /** The same with other services. */
  public DeploymentSpec withServices(List<ServiceSpec> others) {
    return new DeploymentSpec(name, others, privateNetwork, mostPerHour, duration);
  }
}
