package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.books.BlockRef;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.utils.Numeric;

/**
 * Blocks, events and past state of a chain. Blocks are named by their hashes wherever the answer
 * has to be of that very block.
 */
final class ChainHistory {
  /** How many views are asked for in one request. */
  private static final int CALLS_AT_ONCE = 100;

  private static final long FIRST_RANGE = 1_000;
  private static final long LARGEST_RANGE = 100_000;
  private static final int MAX_EVENTS = 20_000;

  private final EvmChain chain;

  ChainHistory(EvmChain chain) {
    this.chain = chain;
  }

  /** A block's place in the chain. */
  record Header(BlockRef block, String parent) {}

  /** An event, and where it is. */
  record Event(BlockRef block, int number, String transaction, Receipt.Log log) {}

  /** A view of a contract. */
  record View(AccountId contract, String data) {}

  Header newest() {
    return header("latest")
        .orElseThrow(
            () -> new ZansocException(ErrorCode.UNREACHABLE, "the chain's node has no block yet"));
  }

  Optional<Header> header(long height) {
    return header(Numeric.encodeQuantity(BigInteger.valueOf(height)));
  }

  private Optional<Header> header(String block) {
    EthBlock answer =
        chain.ask(
            "eth_getBlockByNumber",
            new Request<>(
                "eth_getBlockByNumber", List.of(block, false), chain.service(), EthBlock.class));
    return Optional.ofNullable(answer.getBlock())
        .map(found ->
            new Header(
                new BlockRef(found.getNumber().longValueExact(), found.getHash()),
                found.getParentHash()));
  }

  /** When a block was made; CONFLICT where the chain has given it up since it was seen. */
  Instant time(BlockRef block) {
    EthBlock answer =
        chain.ask("eth_getBlockByHash", chain.node().ethGetBlockByHash(block.hash(), false));
    return Optional.ofNullable(answer.getBlock())
        .map(found -> Instant.ofEpochSecond(found.getTimestamp().longValueExact()))
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.CONFLICT,
                "the chain gave block " + block + " up while it was read: ask again"));
  }

  /** The events of one block that match; empty where the node does not know the block. */
  Optional<List<Event>> eventsOf(BlockRef block, Map<String, Object> filter) {
    EthLog answer = logs(filter, Map.of("blockHash", block.hash()));
    return answer.hasError() ? Optional.empty() : Optional.of(events(answer));
  }

  /** The events of blocks; empty where the node finds that too much. */
  Optional<List<Event>> eventsOf(long from, long to, Map<String, Object> filter) {
    EthLog answer = logs(filter, range(from, to));
    return answer.hasError() ? Optional.empty() : Optional.of(events(answer));
  }

  /** Events of a range of blocks. */
  @FunctionalInterface
  interface Range {
    /** Those from one block to another; empty where these are too many at once. */
    Optional<List<Event>> events(long from, long to);
  }

  /**
   * Reads events backwards, in ranges that grow while the node gives them and shrink when it finds
   * them too large.
   *
   * @param wantsMore takes those of a range, and says whether to go on
   */
  void backwards(long oldest, long newest, Range range, Predicate<List<Event>> wantsMore) {
    long to = newest;
    long blocks = FIRST_RANGE;
    while (to >= oldest) {
      long from = Math.max(oldest, to - blocks + 1);
      Optional<List<Event>> events = range.events(from, to);
      if (events.isEmpty() && blocks == 1) {
        throw new ZansocException(
            ErrorCode.UNREACHABLE, "the chain's node does not give the events of block " + to);
      }
      if (events.isEmpty() || (events.get().size() > MAX_EVENTS && blocks > 1)) {
        blocks /= 2;
        continue;
      }
      if (!wantsMore.test(events.get())) {
        return;
      }
      to = from - 1;
      blocks = Math.min(2 * blocks, LARGEST_RANGE);
    }
  }

  /** All events up to now. */
  List<Event> events(Map<String, Object> filter) {
    return events(newest().block(), filter);
  }

  /** All events up to a block; fewer blocks are asked for where the node finds that too much. */
  List<Event> events(BlockRef last, Map<String, Object> filter) {
    return events(0, last.height(), filter);
  }

  private List<Event> events(long from, long to, Map<String, Object> filter) {
    EthLog answer = logs(filter, range(from, to));
    if (!answer.hasError()) {
      return events(answer);
    }
    if (from == to) {
      throw chain.failed("eth_getLogs of block " + from, answer);
    }
    long middle = from + (to - from) / 2;
    List<Event> both = new ArrayList<>(events(from, middle, filter));
    both.addAll(events(middle + 1, to, filter));
    return both;
  }

  /** An account as an indexed value of an event. */
  static String topic(AccountId account) {
    return Numeric.toHexString(Words.concatenated(account));
  }

  private static Map<String, String> range(long from, long to) {
    return Map.of(
        "fromBlock", Numeric.encodeQuantity(BigInteger.valueOf(from)),
        "toBlock", Numeric.encodeQuantity(BigInteger.valueOf(to)));
  }

  private EthLog logs(Map<String, Object> filter, Map<String, String> blocks) {
    Map<String, Object> parameters = new HashMap<>(filter);
    parameters.putAll(blocks);
    return chain.answered(
        "eth_getLogs",
        new Request<>("eth_getLogs", List.of(parameters), chain.service(), EthLog.class));
  }

  private static List<Event> events(EthLog answer) {
    List<Event> events = new ArrayList<>();
    for (EthLog.LogResult<?> result : answer.getLogs()) {
      Log log = (Log) result.get();
      events.add(
          new Event(
              new BlockRef(log.getBlockNumber().longValueExact(), log.getBlockHash()),
              log.getLogIndex().intValueExact(),
              log.getTransactionHash(),
              EvmChain.log(log)));
    }
    return events;
  }

  /** Asks views on the state after a block, and gives their words in the same order. */
  List<Words> read(BlockRef block, List<View> views) {
    List<Words> answers = new ArrayList<>();
    for (int from = 0; from < views.size(); from += CALLS_AT_ONCE) {
      int to = Math.min(views.size(), from + CALLS_AT_ONCE);
      answers.addAll(readAtOnce(block, views.subList(from, to)));
    }
    return answers;
  }

  private List<Words> readAtOnce(BlockRef block, List<View> views) {
    BatchRequest batch = new BatchRequest(chain.service());
    for (View view : views) {
      batch.add(
          new Request<>(
              "eth_call",
              List.of(
                  EvmChain.transaction(AccountId.NOBODY, Optional.of(view.contract()), view.data()),
                  Map.of("blockHash", block.hash())),
              chain.service(),
              EthCall.class));
    }
    try {
      return batch.send().getResponses().stream().map(answer -> words(block, answer)).toList();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "eth_call: the chain's node does not answer", e);
    }
  }

  private static Words words(BlockRef block, Response<?> response) {
    EthCall answer = (EthCall) response;
    if (answer.hasError()) {
      throw new ZansocException(
          ErrorCode.GONE,
          "the chain's node has not the state after block %s: %s"
              .formatted(block, answer.getError().getMessage()));
    }
    return Words.read(answer.getValue(), 0);
  }
}
