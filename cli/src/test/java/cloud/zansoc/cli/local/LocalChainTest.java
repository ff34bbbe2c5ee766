package cloud.zansoc.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.Contracts;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.DevelopmentChain;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmLedger;
import cloud.zansoc.ledger.evm.Keyring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chain that a local cloud runs. */
final class LocalChainTest {
  private static final EvmKey HUB = TestKeys.named("hub");

  @TempDir private Path folder;

  private Path cloud = Path.of("");
  private Path neighbour = Path.of("");
  private int port;

  @BeforeEach
  void choosePort() throws IOException {
    cloud = folder.resolve("cloud");
    neighbour = folder.resolve("neighbour");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void end() {
    LocalChain.process(cloud).stop();
    LocalChain.process(neighbour).stop();
  }

  private LedgerValues start(Path of) {
    new LocalChain(of, new ContractsFolder(Contracts.built()), port).start(() -> HUB);
    return LocalChain.values(of).orElseThrow();
  }

  private ZansocException refusal(Path of) {
    return catchThrowableOfType(ZansocException.class, () -> start(of));
  }

  @Test
  void start_ofAFreshChain_givesTheHubABalanceOnce() {
    start(cloud);
    LedgerValues values = start(cloud);

    try (EvmChain chain = LedgerValues.connect(values.node(), values.chain())) {
      EvmLedger ledger = new EvmLedger(chain, values.contracts(chain), new Keyring());
      assertThat(ledger.balance(HUB.account())).isEqualTo(Amount.ofCoins(1_000));
    }
  }

  @Test
  void start_onThePortOfAnotherCloudsChain_saysSoAndDeploysNothing() {
    start(neighbour);

    ZansocException refused = refusal(cloud);

    assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(refused)
        .hasMessageContaining("port " + port)
        .hasMessageContaining("a node of chain " + DevelopmentChain.NUMBER)
        .hasMessageContaining("--chain-port");
    assertThat(LocalChain.values(cloud)).isEmpty();
  }

  @Test
  void start_onThePortOfAnotherProgram_saysSo() throws IOException {
    try (ServerSocket silent = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(refusal(cloud))
          .hasMessageContaining("port " + silent.getLocalPort())
          .hasMessageContaining("another program");
    }
  }

  @Test
  void start_onThePortOfAWebServer_saysSo() throws Exception {
    try (ServerSocket web = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> asked = threads.submit(() -> answer(web));

      assertThat(refusal(cloud))
          .hasMessageContaining("another program")
          .hasMessageContaining("--chain-port");
      assertThat(asked.get()).isTrue();
    }
  }

  private static boolean answer(ServerSocket web) throws IOException {
    try (Socket asked = web.accept()) {
      int request = asked.getInputStream().read(new byte[8192]);
      String page = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnone";
      asked.getOutputStream().write(page.getBytes(StandardCharsets.US_ASCII));
      return request > 0;
    }
  }

  @Test
  void start_whereAnotherChainAnswersThanItsOwn_saysSo() throws IOException {
    start(cloud);
    Files.writeString(cloud.resolve("chain").resolve("genesis-time"), "1");

    ZansocException refused = refusal(cloud);

    assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(refused).hasMessageContaining("another chain " + DevelopmentChain.NUMBER);
  }
}
