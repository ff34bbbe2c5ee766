package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;

/**
 * The contracts of the exchange of a ledger's coin.
 *
 * @param router what swaps and liquidity go through
 * @param twap the time-weighted price, read from the pair
 * @param factory of the pair
 * @param pair of coin and stablecoin
 * @param stablecoin in which the coin is priced
 */
public record ExchangeContracts(
    AccountId router, AccountId twap, AccountId factory, AccountId pair, AccountId stablecoin) {
  /**
   * Asks router and price, which know the others.
   *
   * @throws ZansocException PRECONDITION_FAILED where there is no contract or another one, or where
   *     they are not of one exchange of this coin
   */
  public static ExchangeContracts of(
      EvmChain chain, AccountId coin, AccountId router, AccountId twap) {
    chain.requireCode(router);
    chain.requireCode(twap);
    AccountId pair = chain.named(twap, "PAIR");
    AccountId factory = chain.named(pair, "factory");
    AccountId first = chain.named(pair, "token0");
    AccountId second = chain.named(pair, "token1");
    if (!chain.named(router, "factory").equals(factory)) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "router %s and pair %s of the price %s are of different factories"
              .formatted(router, pair, twap));
    }
    if (!first.equals(coin) && !second.equals(coin)) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "pair %s of the price %s is not of the coin %s".formatted(pair, twap, coin));
    }
    return new ExchangeContracts(router, twap, factory, pair, first.equals(coin) ? second : first);
  }
}
