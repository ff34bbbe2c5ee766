package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.ExchangeContracts;
import cloud.zansoc.ledger.evm.LedgerContracts;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The ledger that a hub is started with, by the names of its configuration; kept in a file, so that
 * the contracts are deployed once.
 */
record LedgerValues(
    URI node, long chain, AccountId escrow, Optional<AccountId> router, Optional<AccountId> twap) {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a deployment has made. */
  static LedgerValues of(URI node, long chain, Map<String, AccountId> deployed) {
    return new LedgerValues(
        node,
        chain,
        Optional.ofNullable(deployed.get("escrow")).orElseThrow(),
        Optional.ofNullable(deployed.get("router")),
        Optional.ofNullable(deployed.get("twap")));
  }

  /** Connects to a chain that is near. */
  static EvmChain connect(URI node, long chain) {
    return EvmChain.connect(
        new ChainOptions(node, chain, BigInteger.ZERO, POLL_INTERVAL, PATIENCE));
  }

  /** What the file says, if it is there. */
  static Optional<LedgerValues> read(Path file) {
    Properties values = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      values.load(reader);
      return Optional.of(
          new LedgerValues(
              URI.create(values.getProperty("chain", "")),
              Long.parseLong(values.getProperty("chain-id", "")),
              new AccountId(values.getProperty("escrow", "")),
              Optional.ofNullable(values.getProperty("router")).map(AccountId::new),
              Optional.ofNullable(values.getProperty("twap")).map(AccountId::new)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.DAMAGED, file + " is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Writes them, whole and durably. */
  void write(Path file) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(
          fresh,
          String.join("\n", lines()) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.DSYNC);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** The same, at another node. */
  LedgerValues at(URI other) {
    return new LedgerValues(other, chain, escrow, router, twap);
  }

  /** As lines of hub.properties. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("chain=" + node);
    lines.add("chain-id=" + chain);
    lines.add("escrow=" + escrow);
    router.ifPresent(address -> lines.add("router=" + address));
    twap.ifPresent(address -> lines.add("twap=" + address));
    return List.copyOf(lines);
  }

  /** The contracts, once they have been checked against one another. */
  LedgerContracts contracts(EvmChain connected) {
    LedgerContracts contracts = LedgerContracts.of(connected, escrow);
    exchange(connected, contracts.coin());
    return contracts;
  }

  /** The exchange's contracts, checked too. */
  Optional<ExchangeContracts> exchange(EvmChain connected) {
    return exchange(connected, contracts(connected).coin());
  }

  private Optional<ExchangeContracts> exchange(EvmChain connected, AccountId coin) {
    return router.flatMap(
        address -> twap.map(price -> ExchangeContracts.of(connected, coin, address, price)));
  }
}
