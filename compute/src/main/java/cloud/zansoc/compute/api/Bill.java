package cloud.zansoc.compute.api;

import cloud.zansoc.base.Money;

/**
 * What leases have cost so far.
 *
 * @param leasedSeconds for which hosts are paid, all leases together
 * @param meteredSeconds of running instances, as hosts metered them
 * @param downtimeSeconds within the leased ones, in which the host was away or broke the terms
 * @param cost at the prices in US dollars that the hosts had published
 * @param units paid on the chain, in units of 10^-18 coins; 0 where there is no ledger
 */
public record Bill(
    long leasedSeconds, long meteredSeconds, long downtimeSeconds, Money cost, String units) {}
