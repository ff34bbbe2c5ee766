package cloud.zansoc.compute.api;

import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment would get now: POST /v1/deployments/plan. Nothing is reserved by it.
 *
 * @param places one for each instance, by service and number; none where there is an obstacle
 * @param obstacle why it cannot be deployed now; none where it can
 * @param perHour of all places together
 * @param inCoin the same in the coin; none where the hub has no ledger
 * @param deposit what must be there before it begins; none where the hub has no ledger
 * @param elsewhere what large clouds take for as much
 */
public record DeploymentPlan(
    String deployment,
    List<Place> places,
    Optional<Obstacle> obstacle,
    Money perHour,
    Optional<InCoin> inCoin,
    Optional<Deposit> deposit,
    List<CloudHour> elsewhere) {
  public DeploymentPlan {
    places = List.copyOf(places);
    elsewhere = List.copyOf(elsewhere);
  }

  /**
   * A host for an instance.
   *
   * @param instance its name: web-1
   * @param network in which the host is
   * @param region of the host, by its label; empty where it has none
   */
  public record Place(
      String instance,
      String service,
      PeerId host,
      String hostName,
      String network,
      String region,
      Money perHour) {}

  /**
   * What cannot be met.
   *
   * @param service whose; none where it is of the whole deployment
   * @param message names what is needed, what there is, and by how much it fails, for people
   */
  public record Obstacle(Constraint constraint, Optional<String> service, String message) {}

  /** What a deployment may fail at. */
  public enum Constraint {
    /** No host lends for computing, or none is ready. */
    HOSTS,
    LABELS,
    PRIVATE_NETWORK,
    VOLUMES,
    STORED_IMAGES,
    GPUS,
    CPU,
    MEMORY,
    DISK,
    /** How long hosts lease for. */
    DURATION,
    /** Each host alone is large enough, but not all instances find room at once. */
    ROOM,
    SPREAD,
    PRICE,
    /** What the hub can publish. */
    PORTS
  }

  /**
   * A price in the coin.
   *
   * @param usdPerCoin on average, as the hub's exchange has it
   * @param unitsPerSecond units of 10^-18 coins
   * @param coinsPerHour for people
   */
  public record InCoin(String usdPerCoin, String unitsPerSecond, String coinsPerHour) {}

  /**
   * What is set aside when leases open, and comes back as far as it is not used.
   *
   * @param runway how long it lasts
   * @param units of 10^-18 coins
   */
  public record Deposit(Duration runway, Money usd, String units) {}

  /** What a large cloud takes for an hour of as many vCPUs or as much memory. */
  public record CloudHour(String provider, Money perHour) {}
}
