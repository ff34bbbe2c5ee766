package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
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

/**
 * What has happened to the pair: read backwards from the newest block, in ranges that grow while
 * the node gives them and shrink when it finds them too large.
 */
final class ExchangeHistory {
  private static final long FIRST_RANGE = 1_000;
  private static final long LARGEST_RANGE = 100_000;
  private static final int MAX_LOGS = 20_000;

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
    long to = history.newest().block().height();
    long range = FIRST_RANGE;
    while (to >= 0 && found.size() < most) {
      long from = Math.max(0, to - range + 1);
      Optional<List<ChainHistory.Event>> logs = history.eventsOf(from, to, filter);
      boolean tooMany = logs.isEmpty() || (logs.get().size() > MAX_LOGS && range > 1);
      if (tooMany) {
        range = smaller(range, to);
        continue;
      }
      for (Happened happened : happened(logs.get()).reversed()) {
        if (found.size() < most && happened.isOf(account)) {
          found.add(happened.at(times.computeIfAbsent(happened.block(), this::time)));
        }
      }
      to = from - 1;
      range = Math.min(2 * range, LARGEST_RANGE);
    }
    return List.copyOf(found);
  }

  private static long smaller(long range, long block) {
    if (range == 1) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "the chain's node does not give the events of block " + block);
    }
    return range / 2;
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

  private Instant time(BlockRef block) {
    return history
        .time(block)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.CONFLICT,
                "the chain gave block " + block + " up while it was read: ask again"));
  }
}
