package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.api.HostOffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The money side of leases, as the hub needs it. The hub pays out of a client's balance within a
 * mandate that the client gave it on the chain, for one deployment; it can never pay itself.
 *
 * <p>What is asked for is durable when the call returns, and happens exactly once however often it
 * is asked for with the same key, whenever the chain lets it. Thread-safe.
 */
public interface LeasePayments {
  /**
   * Opens leases on offers, all or none.
   *
   * @param deployment the number of the mandate that pays
   * @param paid how long is paid in advance
   */
  void open(String key, String client, Digest deployment, List<HostOffer> offers, Duration paid);

  /** Pays a lease for longer. */
  void topUp(String key, Digest lease, Duration paid);

  /** Settles and ends a lease; the rest goes back to the client. Reasons are the escrow's. */
  void close(String key, Digest lease, int reason);

  /**
   * Pays hosts what they have earned of leases so far. They stay open, and those that are not open
   * any more are left out; each has a key of its own.
   */
  void settle(Map<String, Digest> leases);

  /** Gives a client back, out of the hub's own balance. */
  void compensate(String key, String client, String units);

  /** What became of what was asked for with a key. */
  Progress progress(String key);

  /** A lease as the chain has it now; none where it is not open. */
  Optional<OpenLease> lease(Digest lease);

  /** What a lease has cost until it was settled last; none where it was never opened. */
  Optional<Charge> charge(Digest lease);

  /** What a client's mandate for a deployment still allows; none where there is no mandate. */
  Optional<Mandate> mandate(String client, Digest deployment);

  /** How far something is. */
  sealed interface Progress {
    /** Nobody asked for it. */
    record Unknown() implements Progress {}

    /** It waits for the chain. */
    record Waiting() implements Progress {}

    /**
     * It is done, in a block of the chain. Where the chain gives that block up it waits again, and
     * is asked for again by itself.
     */
    record Done() implements Progress {}

    /** It was not done and will not be. */
    record Refused(String reason) implements Progress {}
  }

  /** A lease that is open. */
  record OpenLease(Digest lease, Instant paidUntil, String unitsPerSecond) {}

  /**
   * What a lease has cost: the host's part and the provider's.
   *
   * @param start when it was opened
   * @param seconds that were paid
   * @param units of 10^-18 coins
   */
  record Charge(Instant start, long seconds, String units) {
    /** When it ended to be paid. */
    public Instant end() {
      return start.plusSeconds(seconds);
    }
  }

  /**
   * What a client allows.
   *
   * @param leftUnits units of 10^-18 coins that may still be spent; at most what its balance has
   * @param mostUnitsPerSecond of all open leases of the deployment together
   */
  record Mandate(String leftUnits, String mostUnitsPerSecond, Instant expiry) {}
}
