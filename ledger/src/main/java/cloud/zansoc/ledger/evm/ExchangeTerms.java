package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.PriceRules;
import cloud.zansoc.ledger.Token;
import java.math.BigInteger;
import java.time.Duration;

/**
 * What never changes about an exchange beside its contracts.
 *
 * @param coinIsFirst the pair keeps its two tokens in the order of their addresses
 */
record ExchangeTerms(
    ExchangeContracts contracts,
    AccountId coin,
    boolean coinIsFirst,
    int dollarDecimals,
    PriceRules rules) {
  private static final BigInteger MOST_DECIMALS = BigInteger.valueOf(255);

  /** The price contract counts times in 32 bits. */
  private static final BigInteger MOST_SECONDS = BigInteger.TWO.pow(32);

  /** Asks the contracts; PRECONDITION_FAILED where they are others. */
  static ExchangeTerms of(EvmChain chain, ExchangeContracts contracts) {
    boolean coinIsFirst =
        chain.read(contracts.twap(), EscrowCalls.view("COIN_IS_TOKEN0")).number(0).signum() != 0;
    AccountId coin = chain.named(contracts.pair(), coinIsFirst ? "token0" : "token1");
    if (coin.equals(contracts.stablecoin())) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "the contract %s gives the price of the stablecoin, not of the coin"
              .formatted(contracts.twap()));
    }
    return new ExchangeTerms(
        contracts,
        coin,
        coinIsFirst,
        number(chain, contracts.stablecoin(), "decimals", MOST_DECIMALS).intValueExact(),
        new PriceRules(
            seconds(chain, contracts.twap(), "WINDOW"),
            seconds(chain, contracts.twap(), "MAX_AGE")));
  }

  AccountId of(Token token) {
    return token == Token.COIN ? coin : contracts.stablecoin();
  }

  AccountId pair() {
    return contracts.pair();
  }

  private static Duration seconds(EvmChain chain, AccountId contract, String view) {
    return Duration.ofSeconds(number(chain, contract, view, MOST_SECONDS).longValueExact());
  }

  private static BigInteger number(
      EvmChain chain, AccountId contract, String view, BigInteger most) {
    BigInteger number = chain.read(contract, EscrowCalls.view(view)).number(0);
    if (number.compareTo(most) > 0) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "%s of the contract %s is %s, at most %s is possible"
              .formatted(view, contract, number, most));
    }
    return number;
  }
}
