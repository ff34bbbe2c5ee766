package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.DevelopmentChain;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The development chain of a local cloud: an anvil process with the ledger's contracts, which makes
 * a block each second and keeps its state over restarts.
 */
public final class LocalChain {
  /** The usual port. */
  public static final int PORT = 7445;

  /** What a kill -9 may lose; books go back by at most 128 blocks. */
  private static final int STATE_INTERVAL_SECONDS = 30;

  /** With none, what is asked of the newest block fails where another one comes meanwhile. */
  private static final int PAST_STATES = 16;

  /** So much that the blocks are never half full, and gas stays free. */
  private static final String GAS_LIMIT = "1000000000";

  /**
   * Compensation is a tenth of a lease's cost at most: it lasts for leases of ten times as much.
   */
  private static final Amount HUB_BALANCE = Amount.ofCoins(1_000);

  private static final String CONTRACTS_VARIABLE = "ZANSOC_CONTRACTS";

  private final Path folder;
  private final LocalProcess process;
  private final ContractsFolder contracts;
  private final int port;

  /**
   * @param cloud the local cloud's folder
   * @param port on loopback
   */
  public LocalChain(Path cloud, ContractsFolder contracts, int port) {
    this.folder = cloud.resolve("chain");
    this.process = process(cloud);
    this.contracts = contracts;
    this.port = port;
  }

  /** The contracts, where the launcher has built them. */
  static Optional<ContractsFolder> contracts() {
    return Optional.ofNullable(System.getenv(CONTRACTS_VARIABLE))
        .map(folder -> new ContractsFolder(Path.of(folder)))
        .filter(ContractsFolder::isBuilt);
  }

  /** The chain's process in a local cloud's folder. */
  static LocalProcess process(Path cloud) {
    return new LocalProcess("chain", cloud.resolve("run"));
  }

  /** What is known of the ledger of a local cloud. */
  static Optional<LedgerValues> values(Path cloud) {
    return LedgerValues.read(cloud.resolve("chain").resolve("ledger.properties"));
  }

  /**
   * Starts the chain, if it does not run. The first time the contracts are deployed, and the hub is
   * given a balance in the escrow, out of which it compensates for downtime.
   *
   * @param hub whose account publishes rewards
   * @return the hub's configuration
   */
  public List<String> start(Supplier<EvmKey> hub) {
    if (process.handle().isEmpty()) {
      requireFreePort();
      if (LedgerValues.read(valuesFile()).isEmpty()) {
        deploy(hub.get());
      } else if (Files.notExists(state())) {
        throw lost("its state, %s, is missing".formatted(state()));
      }
      run("--block-time=1", "--state-interval=" + STATE_INTERVAL_SECONDS);
    }
    LedgerValues values = LedgerValues.read(valuesFile()).orElseThrow();
    try (EvmChain chain = LedgerValues.connect(node(), values.chain())) {
      requireOwn(chain);
      values.contracts(chain);
    } catch (ZansocException e) {
      throw e.code() == ErrorCode.PRECONDITION_FAILED ? lost(String.valueOf(e.getMessage())) : e;
    }
    return values.lines();
  }

  /** What listens there would be taken for this chain: another cloud's has the same number. */
  private void requireFreePort() {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return;
    } catch (IOException e) {
      throw taken(listener());
    }
  }

  private String listener() {
    try {
      return "a node of chain " + EvmChain.numberOf(node());
    } catch (ZansocException e) {
      return "another program, which is no chain's node";
    }
  }

  /** The second of its first block is what a chain has of its own. */
  private void requireOwn(EvmChain chain) {
    String seen = Long.toString(chain.begun().getEpochSecond());
    if (!seen.equals(genesisSecond())) {
      throw taken("another chain %d, begun at %s".formatted(chain.id(), chain.begun()));
    }
  }

  private ZansocException taken(String by) {
    return new ZansocException(
        ErrorCode.CONFLICT,
        "port %d, of the local chain, is taken by %s: end that ('./zansoc down', if it is another profile's cloud), or use another port by --chain-port, or none by --no-chain"
            .formatted(port, by));
  }

  /** At once: before it has ended in good order, nothing that is kept depends on it. */
  private void deploy(EvmKey hub) {
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(state());
      Files.writeString(genesisTime(), Long.toString(Instant.now().getEpochSecond()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the chain in " + folder, e);
    }
    run();
    LedgerValues values;
    try (EvmChain chain = LedgerValues.connect(node(), DevelopmentChain.NUMBER)) {
      DevelopmentChain development = new DevelopmentChain(chain);
      values =
          LedgerValues.of(
              node(), DevelopmentChain.NUMBER, development.deploy(contracts.plan(), hub.account()));
      values.exchange(chain).ifPresent(development::fillPool);
      development.deposit(values.contracts(chain), hub, HUB_BALANCE);
    } finally {
      process.stop();
    }
    values.write(valuesFile());
  }

  private void run(String... further) {
    List<String> command = new ArrayList<>();
    command.add(contracts.program("anvil").toString());
    command.addAll(
        List.of(
            "--quiet",
            "--host=127.0.0.1",
            "--no-cors",
            "--port=" + port,
            "--chain-id=" + DevelopmentChain.NUMBER,
            "--hardfork=prague",
            "--gas-price=0",
            "--block-base-fee-per-gas=0",
            "--gas-limit=" + GAS_LIMIT,
            "--timestamp=" + genesisSecond(),
            "--prune-history=" + PAST_STATES,
            "--state=" + state()));
    command.addAll(List.of(further));
    process.run(command);
    process.await(this::answers);
    try (EvmChain chain = LedgerValues.connect(node(), DevelopmentChain.NUMBER)) {
      new DevelopmentChain(chain).setClock(Instant.now());
    }
  }

  /**
   * The same at every start: anvil makes a first block anew before it reads its state, and with
   * another time that block would be another chain's.
   */
  private String genesisSecond() {
    try {
      return Files.readString(genesisTime()).strip();
    } catch (IOException e) {
      throw lost("%s cannot be read".formatted(genesisTime()));
    }
  }

  private boolean answers() {
    try {
      LedgerValues.connect(node(), DevelopmentChain.NUMBER).close();
      return true;
    } catch (ZansocException e) {
      return false;
    }
  }

  private ZansocException lost(String why) {
    return new ZansocException(
        ErrorCode.DAMAGED,
        "the local chain has lost the ledger's contracts: %s. './zansoc up --no-chain' starts the cloud without it; './zansoc down --purge' lets you begin anew, without the files in it"
            .formatted(why));
  }

  private URI node() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private Path state() {
    return folder.resolve("state.json");
  }

  private Path genesisTime() {
    return folder.resolve("genesis-time");
  }

  private Path valuesFile() {
    return folder.resolve("ledger.properties");
  }
}
