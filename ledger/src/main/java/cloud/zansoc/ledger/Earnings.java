package cloud.zansoc.ledger;

/**
 * What an account has earned as a host, up to a block.
 *
 * @param leases what settled leases have paid, commission included
 * @param vouchers what redeemed vouchers have paid
 * @param deals what proven periods of storage have paid
 * @param unsettled what is due of open leases, and paid by their next settlement
 * @param openLeases how many of its leases are open
 */
public record Earnings(
    Payment leases, Payment vouchers, Payment deals, Payment unsettled, int openLeases) {
  /** All that was paid. */
  public Payment settled() {
    return leases.plus(vouchers).plus(deals);
  }
}
