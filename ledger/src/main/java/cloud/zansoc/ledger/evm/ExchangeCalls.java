package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.Order;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.Token;
import cloud.zansoc.ledger.Trade;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

/** The calls of tokens and router that the exchange makes, as the ABI encodes them. */
final class ExchangeCalls {
  private static final int PARITY_BIT = 255;
  private static final int FIRST_V = 27;

  private final ExchangeTerms terms;

  ExchangeCalls(ExchangeTerms terms) {
    this.terms = terms;
  }

  String allowance(AccountId owner) {
    return EscrowCalls.encoded(
        "allowance", EscrowCalls.address(owner), EscrowCalls.address(terms.contracts().router()));
  }

  String approve(Amount amount) {
    return EscrowCalls.encoded(
        "approve", EscrowCalls.address(terms.contracts().router()), EscrowCalls.uint(amount));
  }

  String swap(AccountId caller, Order order) {
    DynamicArray<Address> path =
        new DynamicArray<>(
            Address.class,
            EscrowCalls.address(terms.of(order.trade().given())),
            EscrowCalls.address(terms.of(order.trade().given().other())));
    return switch (order.trade()) {
      case Trade.ExactIn trade -> swap("swapExactTokensForTokens", trade.in(), order, path, caller);
      case Trade.ExactOut trade ->
          swap("swapTokensForExactTokens", trade.out(), order, path, caller);
    };
  }

  private static String swap(
      String function, Amount exact, Order order, DynamicArray<Address> path, AccountId caller) {
    return EscrowCalls.encoded(
        function,
        EscrowCalls.uint(exact),
        EscrowCalls.uint(order.limit()),
        path,
        EscrowCalls.address(caller),
        second(order.deadline()));
  }

  String add(AccountId caller, Amount mostCoins, Amount mostDollars, Bounds bounds) {
    return EscrowCalls.encoded(
        "addLiquidity",
        EscrowCalls.address(terms.coin()),
        EscrowCalls.address(terms.of(Token.DOLLAR)),
        EscrowCalls.uint(mostCoins),
        EscrowCalls.uint(mostDollars),
        EscrowCalls.uint(bounds.leastCoins()),
        EscrowCalls.uint(bounds.leastDollars()),
        EscrowCalls.address(caller),
        second(bounds.deadline()));
  }

  String remove(AccountId caller, Amount shares, Bounds bounds) {
    return EscrowCalls.encoded("removeLiquidity", removal(caller, shares, bounds));
  }

  /** Removes with a permit for exactly these shares. */
  String removeWithPermit(AccountId caller, Amount shares, Bounds bounds, Signature permit) {
    List<Type<?>> inputs = new ArrayList<>(List.of(removal(caller, shares, bounds)));
    inputs.add(new Bool(false));
    inputs.add(new Uint8(FIRST_V + (permit.vs().testBit(PARITY_BIT) ? 1 : 0)));
    inputs.add(EscrowCalls.word(permit.r()));
    inputs.add(EscrowCalls.word(permit.vs().clearBit(PARITY_BIT)));
    return EscrowCalls.encoded("removeLiquidityWithPermit", inputs.toArray(Type<?>[]::new));
  }

  private Type<?>[] removal(AccountId caller, Amount shares, Bounds bounds) {
    return new Type<?>[] {
      EscrowCalls.address(terms.coin()),
      EscrowCalls.address(terms.of(Token.DOLLAR)),
      EscrowCalls.uint(shares),
      EscrowCalls.uint(bounds.leastCoins()),
      EscrowCalls.uint(bounds.leastDollars()),
      EscrowCalls.address(caller),
      second(bounds.deadline())
    };
  }

  private static Uint256 second(Instant time) {
    return new Uint256(BigInteger.valueOf(time.getEpochSecond()));
  }
}
