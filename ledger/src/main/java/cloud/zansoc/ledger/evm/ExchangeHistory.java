package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.ExchangeEvent;
import cloud.zansoc.ledger.books.BlockRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has happened to the pair, read backwards from the newest block. */
final class ExchangeHistory {
  private final ChainHistory history;
  private final ExchangeEvents events;
  private final Map<String, Object> filter;

  ExchangeHistory(EvmChain chain, ExchangeTerms terms) {
    this.history = new ChainHistory(chain);
    this.events = new ExchangeEvents(terms);
    this.filter = Map.of("address", terms.pair().text());
  }

  /** The newest events of an account or of all, the newest first. */
  List<ExchangeEvent> newest(Optional<AccountId> account, int most) {
    List<ExchangeEvent> found = new ArrayList<>();
    Map<BlockRef, Instant> times = new HashMap<>();
    history.backwards(
        0,
        history.newest().block().height(),
        (from, to) -> history.eventsOf(from, to, filter),
        logs -> {
          for (Happened happened : happened(logs).reversed()) {
            if (found.size() < most && happened.isOf(account)) {
              found.add(happened.at(times.computeIfAbsent(happened.block(), history::time)));
            }
          }
          return found.size() < most;
        });
    return List.copyOf(found);
  }

  /** A change, of whose block the time is not known yet. */
  private record Happened(BlockRef block, String transaction, ExchangeEvent.Change change) {
    boolean isOf(Optional<AccountId> account) {
      return account.isEmpty() || at(Instant.EPOCH).isOf(account.get());
    }

    ExchangeEvent at(Instant time) {
      return new ExchangeEvent(time, transaction, change);
    }
  }

  private List<Happened> happened(List<ChainHistory.Event> logs) {
    Map<String, List<ChainHistory.Event>> byTransaction = new LinkedHashMap<>();
    logs.stream()
        .sorted(
            Comparator.comparingLong((ChainHistory.Event event) -> event.block().height())
                .thenComparingInt(ChainHistory.Event::number))
        .forEach(log ->
            byTransaction.computeIfAbsent(log.transaction(), key -> new ArrayList<>()).add(log));
    List<Happened> happened = new ArrayList<>();
    byTransaction.forEach((transaction, its) ->
        events
            .changes(its.stream().map(ChainHistory.Event::log).toList())
            .forEach(
                change -> happened.add(new Happened(its.getFirst().block(), transaction, change))));
    return happened;
  }
}
