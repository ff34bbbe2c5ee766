package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.books.BookAccount;
import cloud.zansoc.ledger.books.BookAccount.Kind;
import java.math.BigInteger;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.utils.Numeric;

/** Which view of the contracts says what an account of the books has. */
final class BookViews {
  private final LedgerContracts contracts;

  BookViews(LedgerContracts contracts) {
    this.contracts = contracts;
  }

  /** The view for an account, which is not of kind UNASSIGNED. */
  ChainHistory.View view(BookAccount account) {
    AccountId escrow = contracts.escrow();
    return switch (account.kind()) {
      case OUTSIDE ->
          new ChainHistory.View(contracts.coin(), encoded("balanceOf", new Address(escrow.text())));
      case BALANCE -> new ChainHistory.View(escrow, ofAddress("balanceOf", account));
      case LEASE -> new ChainHistory.View(escrow, ofDigest("leaseOf", account));
      case CHANNEL -> new ChainHistory.View(escrow, ofDigest("channelOf", account));
      case REWARDS -> new ChainHistory.View(escrow, encoded("unclaimedRewards"));
      case TRANSIT -> new ChainHistory.View(escrow, ofAddress("held", account));
      case STAKE, THAWING ->
          new ChainHistory.View(contracts.registry(), ofAddress("hostOf", account));
      case DEAL -> new ChainHistory.View(contracts.deals(), ofDigest("dealOf", account));
      case UNASSIGNED -> throw new IllegalArgumentException("no contract knows what is " + account);
    };
  }

  /** What the answer of {@link #view} says. */
  static BigInteger amount(Kind kind, Words answer) {
    return switch (kind) {
      case OUTSIDE -> answer.number(0).negate();
      case BALANCE, REWARDS, TRANSIT -> answer.number(0);
      // client, settledUntil, paidUntil, host, rate
      case LEASE -> answer.number(4).multiply(answer.number(2).subtract(answer.number(1)));
      // funded, paid, closesAt
      case CHANNEL -> answer.number(0).subtract(answer.number(1));
      // id, endpoints, stake, thawing, thawedAt, capacityClass
      case STAKE -> answer.number(2);
      case THAWING -> answer.number(3);
      // client, next, end, host, price, …
      case DEAL -> answer.number(4).multiply(answer.number(2).subtract(answer.number(1)));
      case UNASSIGNED -> throw new IllegalArgumentException("no contract knows what is " + kind);
    };
  }

  private static String ofAddress(String view, BookAccount account) {
    return encoded(view, new Address(account.id()));
  }

  private static String ofDigest(String view, BookAccount account) {
    return encoded(view, new Bytes32(Numeric.hexStringToByteArray(account.id())));
  }

  @SuppressWarnings("rawtypes") // web3j's own signature
  private static String encoded(String view, Type... inputs) {
    return FunctionEncoder.encode(new Function(view, List.of(inputs), List.of()));
  }
}
