package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import java.time.Instant;

/**
 * What a hub asks a host before a lease: to sign an offer for one instance, at the host's own
 * prices.
 *
 * @param instance what is to be leased
 * @param client the account on the chain that pays
 * @param ledger which ledger the offer is for, as its text
 * @param expiry the last moment in which the offer can be taken
 * @param nonce drawn by the hub; the same request again gives the same offer
 */
public record OfferRequest(
    InstanceSpec instance, String client, String ledger, Instant expiry, Digest nonce) {}
