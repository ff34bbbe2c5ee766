package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.RawTransaction;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthChainId;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.exceptions.ClientConnectionException;
import org.web3j.protocol.http.HttpService;

/**
 * A node of a chain: reads its state and sends transactions, one after another for each account.
 *
 * <p>A transaction is tried on the state of the next block first, so what a contract refuses is not
 * sent and costs nothing. Nothing is remembered: what becomes of a transaction when the process
 * dies before its receipt is for the caller to find out. Failures are {@link ZansocException}s:
 * {@link ErrorCode#UNREACHABLE}, {@link ErrorCode#TIMED_OUT}, {@link
 * ErrorCode#PRECONDITION_FAILED}.
 */
public final class EvmChain implements AutoCloseable {
  /** A quarter more than estimated, since time goes on until the block. */
  private static final BigInteger GAS_PERCENT = BigInteger.valueOf(125);

  /** How often a transaction is sent whose number another program has just taken. */
  private static final int MOST_BROADCASTS = 50;

  /** The JSON-RPC code of an error that a contract has made. */
  private static final int REVERTED = 3;

  private static final int WORD_DIGITS = 2 + 64;
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  private final ChainOptions options;
  private final HttpService service;
  private final Web3j web3j;

  private final AccountOrder senders = new AccountOrder();
  private volatile boolean checked;

  private EvmChain(ChainOptions options) {
    this.options = options;
    this.service = new HttpService(options.node().toString());
    this.web3j = Web3j.build(service);
  }

  /** Connects to a node and makes sure that it is one of the chain that is meant. */
  public static EvmChain connect(ChainOptions options) {
    EvmChain chain = later(options);
    try {
      chain.check();
      return chain;
    } catch (ZansocException e) {
      chain.close();
      throw e;
    }
  }

  /**
   * A node that need not be there yet. Whether it is one of the chain that is meant is looked at
   * before it is asked for anything else.
   */
  public static EvmChain later(ChainOptions options) {
    return new EvmChain(options);
  }

  private void check() {
    BigInteger seen = seenNumber();
    if (!seen.equals(BigInteger.valueOf(options.chain()))) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          options.name() + " is a node of chain " + seen + ", not of " + options.chain());
    }
    checked = true;
  }

  private BigInteger seenNumber() {
    EthChainId answer = sent("eth_chainId", web3j.ethChainId());
    if (answer.hasError()) {
      throw failed("eth_chainId", answer);
    }
    return answer.getChainId();
  }

  /** The number of the newest block. */
  public long height() {
    return ask("eth_blockNumber", web3j.ethBlockNumber()).getBlockNumber().longValueExact();
  }

  /** What an account can pay for gas with, in wei. */
  BigInteger wei(AccountId account) {
    return ask(
            "eth_getBalance", web3j.ethGetBalance(account.text(), DefaultBlockParameterName.LATEST))
        .getBalance();
  }

  /** The number of the chain that a node is of. */
  public static long numberOf(URI node) {
    try (EvmChain chain = later(ChainOptions.of(node, 1, BigInteger.ZERO))) {
      return chain.seenNumber().longValueExact();
    }
  }

  /** The chain's number. */
  public long id() {
    return options.chain();
  }

  /** For requests of other classes here. */
  HttpService service() {
    return service;
  }

  /** The node, for what only one class asks. */
  Web3j node() {
    return web3j;
  }

  ChainOptions options() {
    return options;
  }

  @Override
  public void close() {
    web3j.shutdown();
  }

  /** The time that the next block has as far as is known: what a call on its state sees. */
  public Instant now() {
    return Instant.ofEpochSecond(nextBlock().getTimestamp().longValueExact());
  }

  /** The time of its first block. */
  public Instant begun() {
    EthBlock.Block first =
        ask(
                "eth_getBlockByNumber",
                web3j.ethGetBlockByNumber(DefaultBlockParameterName.EARLIEST, false))
            .getBlock();
    return Instant.ofEpochSecond(first.getTimestamp().longValueExact());
  }

  /** How many transactions of an account are in blocks or wait to be. */
  BigInteger nonce(AccountId account) {
    return ask(
            "eth_getTransactionCount",
            web3j.ethGetTransactionCount(account.text(), DefaultBlockParameterName.PENDING))
        .getTransactionCount();
  }

  /** Fails with PRECONDITION_FAILED where an address has no code. */
  void requireCode(AccountId contract) {
    if (!hasCode(contract)) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "there is no contract at " + contract + " on chain " + id());
    }
  }

  /** Whether there is a contract at an address. */
  public boolean hasCode(AccountId account) {
    String code =
        ask("eth_getCode", web3j.ethGetCode(account.text(), DefaultBlockParameterName.LATEST))
            .getCode();
    return code.length() > 2;
  }

  /** Calls a view on the newest state. */
  Words read(AccountId contract, String data) {
    EthCall answer =
        call(AccountId.NOBODY, Optional.of(contract), data, DefaultBlockParameterName.LATEST);
    boolean refused = answer.hasError() && answer.getError().getCode() == REVERTED;
    if (answer.hasError() && !refused) {
      throw failed("eth_call of " + contract, answer);
    }
    if (refused || answer.getValue().length() < WORD_DIGITS) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "the contract at " + contract + " is another one: it does not know the view");
    }
    return Words.read(answer.getValue(), 0);
  }

  /** The address that a contract gives under a name. */
  AccountId named(AccountId contract, String view) {
    return read(contract, EscrowCalls.view(view)).account(0);
  }

  /**
   * Sends a transaction, and returns when it is in a block.
   *
   * @param to the contract that is called; empty: one is made
   */
  Sent send(EvmKey from, Optional<AccountId> to, String data) {
    return send(from, to, data, 0);
  }

  /** The same, with at least so much gas. */
  Sent send(EvmKey from, Optional<AccountId> to, String data, long leastGas) {
    // Two transactions with one nonce would replace one another.
    Attempt attempt = senders.next(from.account(), () -> attempt(from, to, data, leastGas));
    return switch (attempt) {
      case Attempt.Refused(String error) -> new Sent.Reverted(error);
      case Attempt.Broadcast(String transaction) -> {
        TransactionReceipt receipt = await(transaction);
        yield receipt.isStatusOK()
            ? new Sent.Mined(receipt(receipt))
            : new Sent.Reverted(replayed(from, to, data, receipt));
      }
    };
  }

  private Attempt attempt(EvmKey from, Optional<AccountId> to, String data, long leastGas) {
    EthEstimateGas estimate = estimate(from.account(), to, data);
    if (estimate.hasError()) {
      return new Attempt.Refused(revertData(estimate, "eth_estimateGas"));
    }
    BigInteger gas =
        estimate
            .getAmountUsed()
            .multiply(GAS_PERCENT)
            .divide(HUNDRED)
            .max(BigInteger.valueOf(leastGas));
    return new Attempt.Broadcast(broadcast(from, to, data, gas));
  }

  /** The block under way, as far as it is known. */
  EthBlock.Block nextBlock() {
    return ask(
            "eth_getBlockByNumber",
            web3j.ethGetBlockByNumber(DefaultBlockParameterName.PENDING, false))
        .getBlock();
  }

  /** Another program may send for the same account, and take the number first. */
  private String broadcast(EvmKey from, Optional<AccountId> to, String data, BigInteger gas) {
    for (int tries = 1; ; tries++) {
      EthSendTransaction sent = broadcastOnce(from, to, data, gas);
      if (!sent.hasError()) {
        return sent.getTransactionHash();
      }
      if (tries == MOST_BROADCASTS || !isNumberTaken(sent)) {
        throw failed("eth_sendRawTransaction", sent);
      }
      pause("of " + from.account());
    }
  }

  private static boolean isNumberTaken(EthSendTransaction sent) {
    String message = sent.getError().getMessage().toLowerCase(Locale.ROOT);
    return message.contains("nonce too low")
        || message.contains("replacement transaction underpriced");
  }

  private EthSendTransaction broadcastOnce(
      EvmKey from, Optional<AccountId> to, String data, BigInteger gas) {
    BigInteger tip = options.tip();
    RawTransaction transaction =
        RawTransaction.createTransaction(
            options.chain(),
            nonce(from.account()),
            gas,
            to.map(AccountId::text).orElse(""),
            BigInteger.ZERO,
            data,
            tip,
            nextBlock().getBaseFeePerGas().multiply(BigInteger.TWO).add(tip));
    return answered(
        "eth_sendRawTransaction", web3j.ethSendRawTransaction(from.signed(transaction)));
  }

  /** On the state of the next block: on the newest one, nothing may be due yet and all be cheap. */
  EthEstimateGas estimate(AccountId from, Optional<AccountId> to, String data) {
    return answered(
        "eth_estimateGas",
        new Request<>(
            "eth_estimateGas",
            List.of(transaction(from, to, data), DefaultBlockParameterName.PENDING.getValue()),
            service,
            EthEstimateGas.class));
  }

  private TransactionReceipt await(String hash) {
    long start = System.nanoTime();
    while (true) {
      Optional<TransactionReceipt> receipt =
          ask("eth_getTransactionReceipt", web3j.ethGetTransactionReceipt(hash))
              .getTransactionReceipt();
      if (receipt.isPresent()) {
        return receipt.get();
      }
      if (Duration.ofNanos(System.nanoTime() - start).compareTo(options.patience()) > 0) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT,
            "transaction " + hash + " was in no block after " + options.patience());
      }
      pause(hash);
    }
  }

  private void pause(String hash) {
    try {
      Thread.sleep(options.pollInterval());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(
          ErrorCode.TIMED_OUT, "interrupted while transaction " + hash + " was under way", e);
    }
  }

  /** Why a transaction failed in its block although it had succeeded when it was tried. */
  private String replayed(
      EvmKey from, Optional<AccountId> to, String data, TransactionReceipt receipt) {
    EthCall again =
        call(from.account(), to, data, DefaultBlockParameter.valueOf(receipt.getBlockNumber()));
    return again.hasError() ? revertData(again, "eth_call") : "0x";
  }

  /** Calls a contract on the state of a block; the answer may be the contract's error. */
  EthCall call(AccountId from, Optional<AccountId> to, String data, DefaultBlockParameter block) {
    return answered("eth_call", web3j.ethCall(transaction(from, to, data), block));
  }

  /** Asks for what can fail only where something is wrong. */
  <T extends Response<?>> T ask(String method, Request<?, T> request) {
    T answer = answered(method, request);
    if (answer.hasError()) {
      throw failed(method, answer);
    }
    return answer;
  }

  /** An answer that may be an error: a contract's, say. */
  <T extends Response<?>> T answered(String method, Request<?, T> request) {
    if (!checked) {
      check();
    }
    return sent(method, request);
  }

  private <T extends Response<?>> T sent(String method, Request<?, T> request) {
    try {
      return request.send();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          method + ": the chain's node " + options.name() + " does not answer",
          e);
    } catch (ClientConnectionException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          method + ": " + options.name() + " does not answer as a chain's node",
          e);
    }
  }

  /** The contract's error in an answer; fails where the node itself complains. */
  String revertData(Response<?> answer, String method) {
    // web3j keeps the data as the JSON that it came in, with its quotes.
    @Nullable String json = answer.getError().getData();
    String data = json == null ? "" : json.replace("\"", "");
    if (!data.startsWith("0x")) {
      throw failed(method, answer);
    }
    return data;
  }

  ZansocException failed(String method, Response<?> answer) {
    return new ZansocException(
        ErrorCode.INTERNAL,
        method + " of " + options.name() + " failed: " + answer.getError().getMessage());
  }

  static Transaction transaction(AccountId from, Optional<AccountId> to, String data) {
    return Transaction.createEthCallTransaction(
        from.text(), to.map(AccountId::text).orElse(null), data);
  }

  private static Receipt receipt(TransactionReceipt receipt) {
    List<Receipt.Log> logs = receipt.getLogs().stream().map(EvmChain::log).toList();
    return new Receipt(
        receipt.getTransactionHash(),
        Optional.ofNullable(receipt.getContractAddress()).map(AccountId::new),
        logs);
  }

  static Receipt.Log log(Log log) {
    return new Receipt.Log(new AccountId(log.getAddress()), log.getTopics(), log.getData());
  }

  /** What came of trying a transaction before it is sent. */
  private sealed interface Attempt {
    /** Not sent: a contract would refuse it with this error. */
    record Refused(String error) implements Attempt {}

    /** Sent, with this hash. */
    record Broadcast(String transaction) implements Attempt {}
  }
}
