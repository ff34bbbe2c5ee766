package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.net.node.ComputeOffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps deployments, instances and leases durably. Every method is one transaction, which has
 * happened when it returns. Secrets are encrypted. Thread-safe.
 */
public interface ComputeStore {
  /** How many of a deployment's events are kept: the newest. */
  int KEPT_EVENTS = 200;

  /**
   * Keeps a new deployment. One of this id that is there already, and is the same tenant's, stays
   * as it is.
   *
   * @return false where it was there
   * @throws cloud.zansoc.base.ZansocException ALREADY_EXISTS where the tenant has another one of
   *     this name that is not removed, or another tenant has the id
   */
  boolean add(Book book);

  /** All of a deployment that is not over. */
  Optional<Book> book(Digest deployment);

  /** The deployment that has this name now. */
  Optional<Digest> named(String tenant, String name);

  /** A tenant's deployments that are not removed, by name. */
  List<Digest> deployments(String tenant);

  /** Every deployment that is not removed. */
  List<Digest> deployments();

  /**
   * Writes what has changed in a book; the newest receipts of its leases and what they owe their
   * client are kept for good.
   *
   * @param before as it was read
   * @param after the same, changed
   * @param limits what hosts lend; the leases of no host in it may take more after this
   * @throws cloud.zansoc.base.ZansocException CONFLICT where it was written meanwhile, NO_SPACE
   *     where a host would be promised more than it lends; nothing is written then
   */
  void change(Book before, Book after, Map<PeerId, ComputeOffer.Capacity> limits);

  /** Every lease of a deployment, also those that are over, by instance and number. */
  List<Lease> leases(Digest deployment);

  /** The newest deployment that had this name and was removed. */
  Optional<Digest> removed(String tenant, String name);

  /** Every receipt of a deployment that both sides have signed, by instance and number. */
  List<UsageReceipt.Signed> receipts(Digest deployment);

  /** What clients get back for a deployment's leases, by instance and number. */
  List<Owed> compensations(Digest deployment);

  /** What clients are to get back and have not got. */
  List<Owed> owed();

  /** Notes what became of paying something back. */
  void paidBack(Owed changed);

  /** The newest events of a deployment, the newest last. */
  List<DeploymentEvent> events(Digest deployment);

  /** The deployment that an instance belongs to; none where the instance is gone. */
  Optional<Digest> deploymentOf(InstanceId instance);

  /** The deployments that have leases on a host which are not over. */
  List<Digest> deploymentsOn(PeerId host);

  /** What hosts have been promised away, by leases that are not over. */
  Map<PeerId, ComputeOffer.Capacity> promised();

  /** How hosts have kept their terms. */
  Map<PeerId, Standing> standings();

  /**
   * What a client is to get back of a lease.
   *
   * @param account on the chain, that gets it
   * @param units of 10^-18 coins
   * @param attempts to pay it that were refused
   * @param paid whether it has been paid
   */
  record Owed(
      InstanceId instance, long lease, String account, String units, int attempts, boolean paid) {
    /** The same, after one more refusal. */
    public Owed refused() {
      return new Owed(instance, lease, account, units, attempts + 1, false);
    }

    /** The same, paid. */
    public Owed settled() {
      return new Owed(instance, lease, account, units, attempts, true);
    }

    /** Names this attempt in keys of payments. */
    public String key() {
      return "%s/%d/compensation/%d".formatted(instance, lease, attempts);
    }
  }

  /**
   * How a host has kept its terms.
   *
   * @param kept leases that it kept to their end
   * @param broken leases whose terms it broke
   */
  record Standing(long kept, long broken) {
    private static final double TRUST = 2;
    private static final double WEIGHT = 4;

    /** A host that nothing is known of. */
    public static final Standing NONE = new Standing(0, 0);

    /** 0 to 1: 1 while nothing was broken, and one breach weighs as four leases kept. */
    public double reputation() {
      return (kept + TRUST) / (kept + TRUST + WEIGHT * broken);
    }
  }
}
