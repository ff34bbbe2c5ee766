package cloud.zansoc.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An anvil process of its own, with a block each second, which ends with the benchmark. */
final class DevelopmentChain implements AutoCloseable {
  static final long ID = 31337;

  private static final Pattern LISTENING = Pattern.compile("Listening on (\\S+)");
  private static final Pattern LOG = Pattern.compile("\"logIndex\"");

  private final Process process;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();

  private DevelopmentChain(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one from the folder of the contracts, in which npm has put the program. */
  static DevelopmentChain start(Path contracts) throws IOException {
    Process process =
        new ProcessBuilder(
                contracts
                    .resolve("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")
                    .toString(),
                "--port=0",
                "--block-time=1",
                "--gas-price=0",
                "--prune-history",
                "--hardfork=prague",
                "--accounts=1")
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader();
    String line;
    while ((line = output.readLine()) != null) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        Thread.ofVirtual().start(() -> output.lines().forEach(ignored -> {}));
        return new DevelopmentChain(process, URI.create("http://" + listening.group(1)));
      }
    }
    throw new IOException("anvil ended; run 'npm ci' and 'npm run build' in contracts/");
  }

  URI url() {
    return url;
  }

  /** Gives an account what gas is paid with. */
  void fund(String account) throws IOException {
    rpc("anvil_setBalance", "\"" + account + "\", \"0xde0b6b3a7640000\"");
  }

  long height() throws IOException {
    Matcher number = Pattern.compile("\"0x([0-9a-f]+)\"").matcher(rpc("eth_blockNumber", ""));
    if (!number.find()) {
      throw new IOException("no height");
    }
    return Long.parseLong(number.group(1), 16);
  }

  /** How many events a contract has in a block. */
  long events(String contract, long block) throws IOException {
    String filter =
        "{\"address\": \"%s\", \"fromBlock\": \"0x%x\", \"toBlock\": \"0x%x\"}"
            .formatted(contract, block, block);
    return LOG.matcher(rpc("eth_getLogs", filter)).results().count();
  }

  private String rpc(String method, String parameters) throws IOException {
    String body =
        "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"%s\", \"params\": [%s]}"
            .formatted(method, parameters);
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      if (answer.contains("\"error\"")) {
        throw new IOException(method + ": " + answer);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(method + " was interrupted", e);
    }
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    process.onExit().join();
  }
}
