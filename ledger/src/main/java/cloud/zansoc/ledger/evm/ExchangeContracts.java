package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.PriceRules;
import cloud.zansoc.ledger.Token;
import java.time.Duration;

/** Where the contracts of the exchange are, and what never changes about them. */
record ExchangeContracts(
    AccountId router,
    AccountId factory,
    AccountId pair,
    AccountId twap,
    AccountId coin,
    AccountId dollar,
    boolean coinIsFirst,
    int dollarDecimals,
    PriceRules rules) {
  private static final int MOST_DECIMALS = 255;

  /** Asks the contracts for one another; PRECONDITION_FAILED where they do not belong together. */
  static ExchangeContracts of(EvmChain chain, AccountId router, AccountId twap) {
    for (AccountId contract : new AccountId[] {router, twap}) {
      if (!chain.hasCode(contract)) {
        throw wrong("there is no contract at " + contract + " on chain " + chain.id());
      }
    }
    AccountId pair = chain.read(twap, EscrowCalls.view("PAIR")).account(0);
    AccountId factory = chain.read(pair, EscrowCalls.view("factory")).account(0);
    if (!chain.read(router, EscrowCalls.view("factory")).account(0).equals(factory)) {
      throw wrong("the router " + router + " does not know the pair " + pair + " of " + twap);
    }
    boolean coinIsFirst =
        chain.read(twap, EscrowCalls.view("COIN_IS_TOKEN0")).number(0).signum() > 0;
    AccountId first = chain.read(pair, EscrowCalls.view("token0")).account(0);
    AccountId second = chain.read(pair, EscrowCalls.view("token1")).account(0);
    AccountId dollar = coinIsFirst ? second : first;
    return new ExchangeContracts(
        router,
        factory,
        pair,
        twap,
        coinIsFirst ? first : second,
        dollar,
        coinIsFirst,
        decimals(chain, dollar),
        new PriceRules(
            Duration.ofSeconds(seconds(chain, twap, "WINDOW")),
            Duration.ofSeconds(seconds(chain, twap, "MAX_AGE"))));
  }

  AccountId of(Token token) {
    return token == Token.COIN ? coin : dollar;
  }

  private static int decimals(EvmChain chain, AccountId dollar) {
    Words answer = chain.read(dollar, EscrowCalls.view("decimals"));
    if (answer.number(0).bitLength() > Integer.SIZE - 1
        || answer.number(0).intValueExact() > MOST_DECIMALS) {
      throw wrong(
          "the stablecoin " + dollar + " says that it has " + answer.number(0) + " decimals");
    }
    return answer.number(0).intValueExact();
  }

  private static long seconds(EvmChain chain, AccountId twap, String view) {
    Words answer = chain.read(twap, EscrowCalls.view(view));
    if (answer.number(0).bitLength() > Integer.SIZE) {
      throw wrong("the price contract " + twap + " has a " + view + " of " + answer.number(0));
    }
    return answer.number(0).longValueExact();
  }

  private static ZansocException wrong(String message) {
    return new ZansocException(ErrorCode.PRECONDITION_FAILED, message);
  }
}
