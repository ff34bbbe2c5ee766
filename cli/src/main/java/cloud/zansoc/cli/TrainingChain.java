package cloud.zansoc.cli;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmLedger;
import cloud.zansoc.ledger.evm.EvmMandates;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.ledger.evm.Keystore;
import cloud.zansoc.ledger.evm.LedgerContracts;
import cloud.zansoc.ledger.evm.PasswordFile;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command that pays does with a wallet and a chain, for a {@link Training}: the build must
 * not need a chain. The node here gives every question the same answer, by which any contract is
 * there and names the same account for everything.
 */
final class TrainingChain implements AutoCloseable {
  private static final long ID = 31337;
  private static final String ACCOUNT = "0x" + "11".repeat(20);
  private static final String HASH = "0x" + "22".repeat(32);
  private static final String WORD = "0x" + "0".repeat(24) + "11".repeat(20);
  private static final Pattern CALL = Pattern.compile("\"method\":\"(\\w+)\"");
  private static final Pattern NUMBER = Pattern.compile("\"id\":(\\d+)");

  private final HttpServer node;

  private TrainingChain(HttpServer node) {
    this.node = node;
  }

  static TrainingChain start() throws IOException {
    HttpServer node =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.createContext("/", TrainingChain::answer);
    node.start();
    return new TrainingChain(node);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    byte[] answer =
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}"
            .formatted(found(NUMBER, question), result(found(CALL, question)))
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no " + pattern + " in " + text);
    }
    return matcher.group(1);
  }

  private static String result(String method) {
    return switch (method) {
      case "eth_chainId" -> "\"0x%x\"".formatted(ID);
      case "eth_call", "eth_getCode" -> "\"" + WORD + "\"";
      case "eth_sendRawTransaction" -> "\"" + HASH + "\"";
      case "eth_getBlockByNumber" ->
          "{\"number\":\"0x1\",\"hash\":\"%s\",\"timestamp\":\"0x1\",\"baseFeePerGas\":\"0x1\"}"
              .formatted(HASH);
      case "eth_getTransactionReceipt" ->
          "{\"transactionHash\":\"%s\",\"blockHash\":\"%s\",\"blockNumber\":\"0x1\",\"status\":\"0x1\",\"logs\":[]}"
              .formatted(HASH, HASH);
      default -> "\"0x1\"";
    };
  }

  /** What {@code deploy} does before it asks the hub. */
  void pay(Path keystore) {
    String password = PasswordFile.random();
    new Keystore(keystore).write(EvmKey.random(new SecureRandom()), password);
    EvmKey key = new Keystore(keystore).read(password);
    Keyring keys = new Keyring();
    keys.add(key);
    URI address = URI.create("http://127.0.0.1:" + node.getAddress().getPort());
    try (EvmChain chain = EvmChain.connect(ChainOptions.of(address, ID, BigInteger.ZERO))) {
      AccountId any = new AccountId(ACCOUNT);
      LedgerContracts contracts = LedgerContracts.of(chain, any);
      MandateName name = new MandateName(key.account(), any, Digest.of(new byte[Digest.BYTES]));
      EvmLedger ledger = new EvmLedger(chain, contracts, keys);
      new EvmMandates(chain, contracts, keys).mandate(name);
      ledger.balance(key.account());
      ledger.now();
      ledger
          .depositAndGrant(
              name,
              new MandateTerms(
                  new Amount(BigInteger.TEN),
                  new Amount(BigInteger.ONE),
                  Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS)),
              Amount.ZERO)
          .orThrow();
    }
  }

  @Override
  public void close() {
    node.stop(0);
  }
}
