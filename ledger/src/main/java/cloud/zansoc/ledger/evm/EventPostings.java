package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.books.BookAccount;
import cloud.zansoc.ledger.books.BookAccount.Kind;
import cloud.zansoc.ledger.books.ChannelParties;
import cloud.zansoc.ledger.books.Posting;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What each event of the contracts moves between the accounts of the books
 * (docs/reference/ledger.md has the table).
 *
 * <p>Every event is understood by itself. Where two of them tell one movement (a module's and the
 * escrow's, a deposit and the coin's transfer), an account between them gets and gives it: {@link
 * Kind#TRANSIT}, {@link Kind#UNASSIGNED}.
 */
final class EventPostings {
  static final String TRANSFER = EscrowEvents.topic("Transfer(address,address,uint256)");

  private static final String CHANNEL_FUNDED =
      "ChannelFunded(bytes32,address,address,bytes32,uint256,uint256)";
  static final String FUNDED = EscrowEvents.topic(CHANNEL_FUNDED);

  /** Events that move nothing, or whose movement another event tells. */
  private static final Set<String> SILENT =
      Set.of(
          "EIP712DomainChanged()",
          "OfferCanceled(bytes32,address)",
          "MandateGranted(address,address,bytes32,uint256,uint256,uint256)",
          "MandateRevoked(address,address,bytes32)",
          "MandateUsed(bytes32,address,uint256,uint256)",
          "MandateRestored(bytes32,uint256,uint256)",
          "ChannelClosing(bytes32,uint256)",
          "HostRegistered(address,bytes32,bytes32,bytes32,bytes32)",
          "HostDescribed(address,bytes32,uint256)",
          "Approval(address,address,uint256)",
          "AuthorizationUsed(address,bytes32)",
          "AuthorizationCanceled(address,bytes32)");

  private final LedgerContracts contracts;
  private final Map<String, Rule> rules = new HashMap<>();
  private final Set<String> silent = new HashSet<>();

  EventPostings(LedgerContracts contracts) {
    this.contracts = contracts;
    SILENT.forEach(signature -> silent.add(EscrowEvents.topic(signature)));
    addCustody();
    addLeases();
    addVouchers();
    addModules();
  }

  /** One event, as its rule reads it: the words of its topics and of its data, both from 0. */
  private record Event(
      Words indexed, Words data, Function<String, Optional<ChannelParties>> channels) {
    BigInteger number(int word) {
      return data.number(word);
    }

    /** The account of a kind whose id is the first indexed word. */
    BookAccount digest(Kind kind) {
      return new BookAccount(kind, indexed.lease(0).text());
    }

    BookAccount balance(int word) {
      return BookAccount.balance(indexed.account(word));
    }

    ChannelParties parties() {
      String channel = indexed.lease(0).text();
      return channels
          .apply(channel)
          .orElseThrow(() ->
              new ZansocException(
                  ErrorCode.DAMAGED,
                  "the books do not know whose channel "
                      + channel
                      + " is: no event has funded it"));
    }
  }

  private record Rule(String name, Function<Event, Moves> moves) {}

  /** What an event has moved; without postings where that is nothing. */
  record Moved(String event, List<Posting> postings) {}

  /** The signatures of all events that the books know, in order. */
  static Set<String> known() {
    AccountId nobody = AccountId.NOBODY;
    EventPostings any =
        new EventPostings(new LedgerContracts(nobody, nobody, nobody, nobody, nobody, nobody));
    Set<String> all = new TreeSet<>(SILENT);
    any.rules.values().forEach(rule -> all.add(rule.name()));
    return all;
  }

  /**
   * What an event has moved.
   *
   * @param channels who a channel belongs to
   * @return empty where the books have no rule for it
   */
  Optional<Moved> of(Receipt.Log log, Function<String, Optional<ChannelParties>> channels) {
    String topic = log.topics().isEmpty() ? "" : log.topics().getFirst();
    if (silent.contains(topic)) {
      return Optional.of(new Moved("", List.of()));
    }
    return Optional.ofNullable(rules.get(topic))
        .map(rule -> {
          Event event = new Event(log.indexed(), Words.read(log.data(), 0), channels);
          String name = rule.name().substring(0, rule.name().indexOf('('));
          return new Moved(name, rule.moves().apply(event).postings());
        });
  }

  /** Who a channel belongs to, where the event says that it was funded. */
  static Optional<ChannelParties> funded(Receipt.Log log) {
    Words indexed = log.indexed();
    return log.topics().getFirst().equals(FUNDED)
        ? Optional.of(new ChannelParties(indexed.account(1), indexed.account(2)))
        : Optional.empty();
  }

  private void addCustody() {
    rule("Transfer(address,address,uint256)", this::transferred);
    rule(
        "Deposited(address,address,uint256)",
        e -> new Moves().move(BookAccount.UNASSIGNED, e.balance(0), e.number(0)));
    rule(
        "Withdrawn(address,address,uint256)",
        e -> new Moves().move(e.balance(0), BookAccount.UNASSIGNED, e.number(0)));
    rule(
        "Locked(address,address,uint256)",
        e -> new Moves().move(e.balance(1), transit(e), e.number(0)));
    rule(
        "Released(address,address,uint256)",
        e -> new Moves().move(transit(e), e.balance(1), e.number(0)));
    rule(
        "Paid(address,address,uint256,uint256)",
        e -> paid(transit(e), e.indexed().account(1), e.number(0), e.number(1)));
    rule(
        "EpochPublished(uint256,bytes32,uint256,bytes32)",
        e -> new Moves().move(BookAccount.UNASSIGNED, BookAccount.REWARDS, e.number(1)));
    rule(
        "Rewarded(address,uint256,uint256)",
        e -> new Moves().move(BookAccount.REWARDS, e.balance(0), e.number(0)));
  }

  private void addLeases() {
    rule(
        "LeaseOpened(bytes32,address,address,uint256,uint256,uint256,bytes32,bytes32)",
        e -> {
          BigInteger seconds = e.number(2).subtract(e.number(1));
          return new Moves()
              .move(e.balance(1), e.digest(Kind.LEASE), e.number(0).multiply(seconds));
        });
    rule(
        "LeaseToppedUp(bytes32,address,uint256,uint256)",
        e -> new Moves().move(e.balance(1), e.digest(Kind.LEASE), e.number(0)));
    rule(
        "LeaseSettled(bytes32,address,uint256,uint256,uint256)",
        e -> paid(e.digest(Kind.LEASE), e.indexed().account(1), e.number(0), e.number(1)));
    rule(
        "LeaseClosed(bytes32,address,address,uint256,uint256)",
        e -> new Moves().move(e.digest(Kind.LEASE), e.balance(1), e.number(1)));
  }

  private void addVouchers() {
    rule(CHANNEL_FUNDED, e -> new Moves().move(e.balance(1), e.digest(Kind.CHANNEL), e.number(1)));
    rule(
        "Redeemed(bytes32,uint256,uint256)",
        e -> paid(e.digest(Kind.CHANNEL), e.parties().host(), e.number(0), e.number(1)));
    rule(
        "ChannelClosed(bytes32,uint256)",
        // A host can also close a channel that was never funded, and nobody knows whose it is.
        e ->
            e.number(0).signum() == 0
                ? new Moves()
                : new Moves()
                    .move(
                        e.digest(Kind.CHANNEL),
                        BookAccount.balance(e.parties().client()),
                        e.number(0)));
  }

  private void addModules() {
    BookAccount registry = BookAccount.transit(contracts.registry());
    BookAccount deals = BookAccount.transit(contracts.deals());
    rule("Staked(address,uint256,uint256)", e -> new Moves().move(registry, stake(e), e.number(0)));
    rule(
        "Thawing(address,uint256,uint256,uint256)",
        e -> new Moves().move(stake(e), thawing(e), e.number(0)));
    rule("Unstaked(address,uint256)", e -> new Moves().move(thawing(e), registry, e.number(0)));
    rule(
        "Slashed(address,address,address,uint256,uint256,uint256)",
        e ->
            new Moves()
                .move(stake(e), registry, e.number(0))
                .move(thawing(e), registry, e.number(1)));
    rule(
        "DealOpened(bytes32,address,address,bytes32,uint256,uint256,uint256,uint256,uint256)",
        e -> {
          BigInteger periods = e.number(3).subtract(e.number(2));
          return new Moves().move(deals, e.digest(Kind.DEAL), e.number(4).multiply(periods));
        });
    rule(
        "DealProven(bytes32,address,uint256,uint256)",
        e -> new Moves().move(e.digest(Kind.DEAL), deals, e.number(1)));
    rule(
        "DealFaulted(bytes32,address,uint256,uint256,uint256,uint256,uint256)",
        e -> new Moves().move(e.digest(Kind.DEAL), deals, e.number(2)));
    rule(
        "DealEnded(bytes32,address,uint256,uint256)",
        e -> new Moves().move(e.digest(Kind.DEAL), deals, e.number(1)));
  }

  private void rule(String signature, Function<Event, Moves> moves) {
    rules.put(EscrowEvents.topic(signature), new Rule(signature, moves));
  }

  private Moves transferred(Event event) {
    return new Moves().move(side(event, 0), side(event, 1), event.number(0));
  }

  /** On which side of the escrow's door one end of a coin's transfer is. */
  private BookAccount side(Event event, int word) {
    return event.indexed().account(word).equals(contracts.escrow())
        ? BookAccount.UNASSIGNED
        : BookAccount.OUTSIDE;
  }

  private Moves paid(BookAccount from, AccountId host, BigInteger gross, BigInteger fee) {
    return new Moves()
        .move(from, BookAccount.balance(host), gross.subtract(fee))
        .move(from, BookAccount.balance(contracts.treasury()), fee);
  }

  private static BookAccount transit(Event event) {
    return BookAccount.transit(event.indexed().account(0));
  }

  private static BookAccount stake(Event event) {
    return BookAccount.stake(event.indexed().account(0));
  }

  private static BookAccount thawing(Event event) {
    return BookAccount.thawing(event.indexed().account(0));
  }

  /** Gathers what is moved, summed by account. */
  private static final class Moves {
    private final Map<BookAccount, BigInteger> changes = new LinkedHashMap<>();

    Moves move(BookAccount from, BookAccount to, BigInteger amount) {
      changes.merge(from, amount.negate(), BigInteger::add);
      changes.merge(to, amount, BigInteger::add);
      return this;
    }

    List<Posting> postings() {
      return changes.entrySet().stream()
          .filter(change -> change.getValue().signum() != 0)
          .map(change -> new Posting(change.getKey(), change.getValue()))
          .toList();
    }
  }
}
