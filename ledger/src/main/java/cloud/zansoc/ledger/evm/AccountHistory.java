package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.books.BlockRef;
import cloud.zansoc.ledger.books.BookAccount;
import cloud.zansoc.ledger.books.ChannelParties;
import cloud.zansoc.ledger.books.Posting;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the events of a chain say that an account got and gave, newest first: coins of its own, and
 * what it has in the escrow.
 *
 * <p>Events are found by the account in their topics. The commission, whose receiver no event
 * names, is therefore in the books alone.
 */
public final class AccountHistory {
  /** In a filter: any topic. */
  private static final List<String> ANY = List.of();

  private final EvmChain chain;
  private final ChainHistory history;
  private final LedgerContracts contracts;
  private final EventPostings postings;

  public AccountHistory(EvmChain chain, LedgerContracts contracts) {
    this.chain = chain;
    this.history = new ChainHistory(chain);
    this.contracts = contracts;
    this.postings = new EventPostings(contracts);
  }

  /** Where an account has coins. */
  public enum Pocket {
    /** Its own, outside of the escrow. */
    COINS,
    /** In the escrow, to be spent and withdrawn. */
    ESCROW,
    /** A host's stake. */
    STAKE,
    /** What a host takes out of its stake and cannot have yet. */
    THAWING
  }

  /**
   * What one event has changed.
   *
   * @param event its name in the contracts
   * @param change units that came in; negative: that went out
   * @param other from or to whom coins were sent, where the event says so
   */
  public record Movement(
      Instant time,
      long block,
      String transaction,
      String event,
      Pocket pocket,
      BigInteger change,
      Optional<AccountId> other) {}

  /**
   * The newest movements of an account.
   *
   * @param limit how many at most
   * @param blocks how many blocks are looked through at most, from the newest
   */
  public List<Movement> newest(AccountId account, int limit, long blocks) {
    long newest = chain.height();
    long oldest = Math.max(0, newest - blocks + 1);
    Map<String, ChannelParties> channels = channels(account, oldest, newest);
    List<Movement> movements = new ArrayList<>();
    Map<BlockRef, Instant> times = new HashMap<>();
    List<Map<String, Object>> filters = filters(account, channels);
    history.backwards(
        oldest,
        newest,
        (from, to) -> events(filters, from, to),
        events -> {
          events.forEach(event -> movements.addAll(movements(account, event, channels, times)));
          return movements.size() < limit;
        });
    return List.copyOf(movements.subList(0, Math.min(limit, movements.size())));
  }

  private List<Movement> movements(
      AccountId account,
      ChainHistory.Event event,
      Map<String, ChannelParties> channels,
      Map<BlockRef, Instant> times) {
    List<Movement> movements = new ArrayList<>();
    Receipt.Log log = event.log();
    if (log.contract().equals(contracts.coin())) {
      AccountId from = log.indexed().account(0);
      AccountId to = log.indexed().account(1);
      BigInteger amount = Words.read(log.data(), 0).number(0);
      if (from.equals(account)) {
        movements.add(movement(event, times, "Transfer", Pocket.COINS, amount.negate(), to));
      }
      if (to.equals(account)) {
        movements.add(movement(event, times, "Transfer", Pocket.COINS, amount, from));
      }
      return movements;
    }
    Optional<EventPostings.Moved> moved =
        postings.of(log, id -> Optional.ofNullable(channels.get(id)));
    for (Posting posting : moved.map(EventPostings.Moved::postings).orElse(List.of())) {
      if (posting.account().id().equals(account.text())) {
        pocket(posting.account())
            .map(pocket ->
                movement(
                    event,
                    times,
                    moved.orElseThrow().event(),
                    pocket,
                    posting.amount(),
                    AccountId.NOBODY))
            .ifPresent(movements::add);
      }
    }
    return movements;
  }

  private static Optional<Pocket> pocket(BookAccount account) {
    return switch (account.kind()) {
      case BALANCE -> Optional.of(Pocket.ESCROW);
      case STAKE -> Optional.of(Pocket.STAKE);
      case THAWING -> Optional.of(Pocket.THAWING);
      case OUTSIDE, UNASSIGNED, REWARDS, LEASE, CHANNEL, DEAL, TRANSIT -> Optional.empty();
    };
  }

  private Movement movement(
      ChainHistory.Event event,
      Map<BlockRef, Instant> times,
      String name,
      Pocket pocket,
      BigInteger change,
      AccountId other) {
    return new Movement(
        times.computeIfAbsent(event.block(), history::time),
        event.block().height(),
        event.transaction(),
        name,
        pocket,
        change,
        Optional.of(other).filter(named -> !named.equals(AccountId.NOBODY)));
  }

  /** The channels of vouchers that the account is a party of. */
  private Map<String, ChannelParties> channels(AccountId account, long oldest, long newest) {
    List<Map<String, Object>> filters =
        List.of(
            filter(contracts.escrow(), EventPostings.FUNDED, ANY, ChainHistory.topic(account)),
            filter(
                contracts.escrow(), EventPostings.FUNDED, ANY, ANY, ChainHistory.topic(account)));
    Map<String, ChannelParties> channels = new HashMap<>();
    history.backwards(
        oldest,
        newest,
        (from, to) -> events(filters, from, to),
        events -> {
          for (ChainHistory.Event event : events) {
            EventPostings.funded(event.log())
                .ifPresent(parties -> channels.put(event.log().indexed().lease(0).text(), parties));
          }
          return true;
        });
    return channels;
  }

  private List<Map<String, Object>> filters(
      AccountId account, Map<String, ChannelParties> channels) {
    String word = ChainHistory.topic(account);
    List<AccountId> ours = List.of(contracts.escrow(), contracts.registry(), contracts.deals());
    List<Map<String, Object>> filters = new ArrayList<>();
    filters.add(filter(ours, ANY, word));
    filters.add(filter(ours, ANY, ANY, word));
    filters.add(filter(ours, ANY, ANY, ANY, word));
    filters.add(filter(contracts.coin(), EventPostings.TRANSFER, word));
    filters.add(filter(contracts.coin(), EventPostings.TRANSFER, ANY, word));
    if (!channels.isEmpty()) {
      filters.add(filter(contracts.escrow(), ANY, List.copyOf(channels.keySet())));
    }
    return filters;
  }

  /** The events that match one of the filters, newest first; empty where too many at once. */
  private Optional<List<ChainHistory.Event>> events(
      List<Map<String, Object>> filters, long from, long to) {
    Map<List<Long>, ChainHistory.Event> events =
        new TreeMap<>(
            Comparator.<List<Long>>comparingLong(place -> -place.getFirst())
                .thenComparingLong(place -> -place.getLast()));
    for (Map<String, Object> filter : filters) {
      Optional<List<ChainHistory.Event>> found = history.eventsOf(from, to, filter);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      found
          .get()
          .forEach(
              event -> events.put(List.of(event.block().height(), (long) event.number()), event));
    }
    return Optional.of(List.copyOf(events.values()));
  }

  private static Map<String, Object> filter(AccountId contract, Object... topics) {
    return filter(List.of(contract), topics);
  }

  private static Map<String, Object> filter(List<AccountId> contracts, Object... topics) {
    return Map.of(
        "address",
        contracts.stream().map(AccountId::text).toList(),
        "topics",
        Arrays.asList(topics));
  }
}
