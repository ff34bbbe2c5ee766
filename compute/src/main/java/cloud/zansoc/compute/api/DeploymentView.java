package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A deployment as its client sees it: GET /v1/deployments.
 *
 * @param reason why it is in this state, for people; empty where there is nothing to say
 * @param endpoints what it publishes
 * @param perHour of all its instances together
 * @param mostPerHour the limit that it was asked for with
 * @param payment none where the hub has no ledger
 * @param ends when it is removed by itself; none: never
 * @param bill so far
 * @param warnings what its owner should do something about soon, for people
 * @param events what happened to it, the newest last; empty in lists
 */
public record DeploymentView(
    String name,
    State state,
    String reason,
    List<Service> services,
    boolean privateNetwork,
    List<InstanceView> instances,
    List<Endpoint> endpoints,
    Money perHour,
    Optional<Money> mostPerHour,
    Optional<Payment> payment,
    Instant created,
    Optional<Instant> ends,
    Bill bill,
    List<String> warnings,
    List<DeploymentEvent> events) {
  public DeploymentView {
    services = List.copyOf(services);
    instances = List.copyOf(instances);
    endpoints = List.copyOf(endpoints);
    warnings = List.copyOf(warnings);
    events = List.copyOf(events);
  }

  /** Where a deployment is. */
  public enum State {
    /** Some of its instances have not been ready yet. */
    DEPLOYING,
    /** All are ready. */
    RUNNING,
    /** Some that were ready are not. */
    DEGRADED,
    /** None is meant to run. */
    STOPPED,
    /** It cannot be run; {@code reason} says why. */
    FAILED,
    REMOVING
  }

  /**
   * A service.
   *
   * @param image as it was asked for
   * @param replicas wanted
   * @param ready of them
   */
  public record Service(String name, String image, InstanceSize size, int replicas, int ready) {}

  /**
   * A port that is reached from outside.
   *
   * @param port inside the instances
   * @param address for people to use: http://shop.example or hub.example:15432
   */
  public record Endpoint(String service, int port, PortSpec.Protocol protocol, String address) {}

  /**
   * Who pays.
   *
   * @param account on the chain
   * @param mandate its number
   * @param unitsPerSecond of all open leases together, in units of 10^-18 coins
   * @param askedUnitsPerSecond of leases that are wanted beside them and were not paid
   * @param askedPerHour what those cost
   * @param leftUnits what may still be spent
   * @param paidUntil the earliest end of its leases; none while no lease is open
   */
  public record Payment(
      String account,
      Digest mandate,
      String unitsPerSecond,
      String askedUnitsPerSecond,
      Money askedPerHour,
      String leftUnits,
      Optional<Instant> paidUntil) {}
}
