package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.ExchangeEvent;
import cloud.zansoc.ledger.Liquidity;
import cloud.zansoc.ledger.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the events of the pair and its tokens say. */
final class ExchangeEvents {
  private static final String SWAP =
      EscrowEvents.topic("Swap(address,uint256,uint256,uint256,uint256,address)");
  private static final String MINT = EscrowEvents.topic("Mint(address,uint256,uint256)");
  private static final String BURN = EscrowEvents.topic("Burn(address,uint256,uint256,address)");
  private static final String SYNC = EscrowEvents.topic("Sync(uint112,uint112)");
  private static final String PRICE_UPDATED = EscrowEvents.topic("PriceUpdated(uint256,uint256)");

  private final ExchangeTerms terms;

  ExchangeEvents(ExchangeTerms terms) {
    this.terms = terms;
  }

  /** How much of a token, or of the pair's shares, went from one account to another. */
  static Amount moved(Receipt receipt, AccountId token, AccountId from, AccountId to) {
    return receipt.logs().stream()
        .filter(log -> log.contract().equals(token) && isTransfer(log))
        .filter(log -> log.indexed().account(0).equals(from) && log.indexed().account(1).equals(to))
        .map(log -> Words.read(log.data(), 0).amount(0))
        .reduce(Amount.ZERO, Amount::plus);
  }

  /** What the pair held of a token after the last change in a receipt. */
  Amount reserve(Receipt receipt, Token token) {
    Words sync =
        receipt.logs().stream()
            .filter(log -> log.contract().equals(terms.pair()) && is(log, SYNC))
            .reduce((first, second) -> second)
            .map(log -> Words.read(log.data(), 0))
            .orElseThrow(() ->
                new IllegalStateException(
                    "transaction " + receipt.transaction() + " has no event of the pair"));
    return of(sync, 0, token);
  }

  /** True where the price contract made an average. */
  boolean hasAveraged(Receipt receipt) {
    return receipt.logs().stream()
        .anyMatch(log -> log.contract().equals(terms.contracts().twap()) && is(log, PRICE_UPDATED));
  }

  /**
   * What one transaction did to the pair.
   *
   * @param logs all events of the pair, and of nothing else, in their order
   */
  List<ExchangeEvent.Change> changes(List<Receipt.Log> logs) {
    List<ExchangeEvent.Change> changes = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      change(logs.get(i), logs.subList(0, i)).ifPresent(changes::add);
    }
    return changes;
  }

  /** The pair moves shares before it says what for, and names no owner of those that it makes. */
  private Optional<ExchangeEvent.Change> change(Receipt.Log log, List<Receipt.Log> before) {
    Words data = Words.read(log.data(), 0);
    if (is(log, SYNC)) {
      return Optional.of(
          new ExchangeEvent.Synced(of(data, 0, Token.COIN), of(data, 0, Token.DOLLAR)));
    }
    if (is(log, SWAP)) {
      return Optional.of(
          new ExchangeEvent.Swapped(
              log.indexed().account(1),
              of(data, 0, Token.COIN),
              of(data, 0, Token.DOLLAR),
              of(data, 2, Token.COIN),
              of(data, 2, Token.DOLLAR)));
    }
    if (is(log, MINT)) {
      return last(before, 0)
          .map(made -> new ExchangeEvent.Added(made.indexed().account(1), liquidity(data, made)));
    }
    if (is(log, BURN)) {
      return last(before, 1)
          .map(
              spent -> new ExchangeEvent.Removed(log.indexed().account(1), liquidity(data, spent)));
    }
    return Optional.empty();
  }

  private Liquidity liquidity(Words data, Receipt.Log shares) {
    return new Liquidity(
        of(data, 0, Token.COIN), of(data, 0, Token.DOLLAR), Words.read(shares.data(), 0).amount(0));
  }

  /** The last transfer of shares whose sender (0) or recipient (1) is nobody. */
  private static Optional<Receipt.Log> last(List<Receipt.Log> logs, int side) {
    return logs.reversed().stream()
        .filter(ExchangeEvents::isTransfer)
        .filter(log -> log.indexed().account(side).equals(AccountId.NOBODY))
        .findFirst();
  }

  /** One of two words, which the pair has in the order of its tokens. */
  private Amount of(Words words, int first, Token token) {
    boolean isFirst = (token == Token.COIN) == terms.coinIsFirst();
    return words.amount(isFirst ? first : first + 1);
  }

  private static boolean isTransfer(Receipt.Log log) {
    return is(log, EventPostings.TRANSFER);
  }

  private static boolean is(Receipt.Log log, String topic) {
    return log.topics().getFirst().equals(topic);
  }
}
