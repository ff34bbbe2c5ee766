package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.OfferRequest;
import java.time.Duration;
import java.util.Optional;

/** The ledger's part in leases, beside the payments. Thread-safe. */
public interface OfferCheck {
  /** Which ledger offers are to be for, as its text. */
  String ledger();

  /** How long an offer should be takeable: long enough for the chain. */
  Duration validity();

  /**
   * What is wrong with an offer: signed by another account than the host's, for something else than
   * was asked for, or dearer than the price that the host has published. None where it can be
   * taken.
   *
   * @param account the host's, as it has published it
   * @param perHour what the host has published
   */
  Optional<String> objection(HostOffer offer, OfferRequest request, String account, Money perHour);
}
