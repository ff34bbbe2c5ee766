package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A chain process for one test class: a block for each transaction, at a time that stands still but
 * for {@link #nextBlockAt}.
 *
 * <p>A block for each transaction is fit for transactions that are sent one after another only; it
 * is what lets a test say in which second each of them happens.
 */
public final class Anvil implements AutoCloseable {
  /** The number of its chain. */
  public static final long CHAIN = 31337;

  private static final Pattern LISTENING = Pattern.compile("Listening on (\\S+)");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();

  private Anvil(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts one.
   *
   * @param port where it answers; 0: on a free port
   * @param options further ones of the program
   */
  public static Anvil start(Path program, Instant now, int port, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--port=" + port,
                "--hardfork=prague",
                "--chain-id=" + CHAIN,
                "--timestamp=" + now.getEpochSecond(),
                "--gas-price=0",
                "--block-base-fee-per-gas=0",
                "--accounts=1"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = process.inputReader();
    StringBuilder seen = new StringBuilder();
    String line;
    while ((line = output.readLine()) != null) {
      seen.append(line).append('\n');
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        Thread.ofVirtual().start(() -> drain(output));
        Anvil anvil = new Anvil(process, URI.create("http://" + listening.group(1)));
        anvil.rpc("anvil_setBlockTimestampInterval", "0");
        return anvil;
      }
    }
    process.destroyForcibly();
    throw new IOException("anvil ended:\n" + seen);
  }

  /** Reads on until the process ends, in whatever way: it would wait for its reader. */
  private static void drain(BufferedReader output) {
    try {
      while (output.readLine() != null) {}
    } catch (IOException ended) {
      // It was killed.
    }
  }

  /** Where it answers. */
  public URI url() {
    return url;
  }

  /** When the next block is made; those behind it are made in the same second. */
  public void nextBlockAt(Instant time) {
    rpc("evm_setNextBlockTimestamp", String.valueOf(time.getEpochSecond()));
  }

  /** Whether each transaction makes its block, as it does from the start. */
  public void setMining(boolean mining) {
    rpc("evm_setAutomine", String.valueOf(mining));
  }

  /** Returns when a transaction waits for its block. */
  void awaitWaiting() {
    awaitWaiting(1);
  }

  /** Returns when so many transactions wait for their block. */
  void awaitWaiting(int count) {
    String waiting = "\"pending\":\"0x%x\"".formatted(count);
    long start = System.nanoTime();
    while (!rpc("txpool_status", "").contains(waiting)) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "there are not " + count + " transactions waiting after " + PATIENCE);
      }
    }
  }

  /** Makes a block. */
  public void mine() {
    rpc("evm_mine", "");
  }

  /** Gives the newest blocks up and makes as many others, which are empty. */
  public void replaceBlocks(int count) {
    rpc("anvil_reorg", count + ", []");
  }

  /** Gives the newest blocks up. */
  void giveUpBlocks(int count) {
    rpc("anvil_rollback", String.valueOf(count));
  }

  /** Makes so many blocks, all in one second. */
  void mine(int count) {
    rpc("anvil_mine", "\"0x%x\", \"0x0\"".formatted(count));
  }

  /** Forgets all transactions that are in no block. */
  public void dropWaiting() {
    rpc("anvil_dropAllTransactions", "");
  }

  /** What a unit of gas costs at least in the next block, in wei. */
  public void nextBaseFee(long wei) {
    rpc("anvil_setNextBlockBaseFeePerGas", "\"0x%x\"".formatted(wei));
  }

  /** Gives an account what gas is paid with. */
  public void pay(AccountId account, long wei) {
    rpc("anvil_setBalance", "\"%s\", \"0x%x\"".formatted(account, wei));
  }

  /** Ends the process without a chance to keep anything. */
  public void kill() {
    http.close();
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    process.onExit().join();
  }

  private String rpc(String method, String parameter) {
    String body =
        """
        {"jsonrpc": "2.0", "id": 1, "method": "%s", "params": [%s]}\
        """
            .formatted(method, parameter);
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.body().contains("\"error\"")) {
        throw new IllegalStateException(method + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " failed", e);
    }
  }
}
