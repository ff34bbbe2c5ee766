package cloud.zansoc.net.node;

import java.util.Optional;

/**
 * The ledger that a hub works with: GET /v1/ledger, for every member. Addresses are 0x and 40
 * digits.
 *
 * @param node the JSON-RPC interface of a node of the chain, for members; none where they need one
 *     of their own
 * @param chain the chain's number
 * @param escrow keeps balances, leases, vouchers and rewards, and knows the other contracts
 * @param registry of hosts and their stake
 * @param deals of storage
 * @param treasury receives the commission
 * @param agent the hub's account: who lets the hub pay leases gives it a mandate
 * @param exchange none where the hub was told of none
 */
public record LedgerView(
    Optional<String> node,
    long chain,
    String escrow,
    String coin,
    String registry,
    String deals,
    String treasury,
    String agent,
    Optional<Exchange> exchange) {

  /**
   * Where the coin is exchanged.
   *
   * @param router what swaps and liquidity go through
   * @param twap the time-weighted price, read from the pair
   * @param factory of the pair
   * @param pair of coin and stablecoin
   */
  public record Exchange(
      String router, String twap, String factory, String pair, String stablecoin) {}
}
