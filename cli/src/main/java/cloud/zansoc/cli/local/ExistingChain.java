package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.Deployer;
import cloud.zansoc.ledger.evm.DevelopmentChain;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.Keystore;
import cloud.zansoc.ledger.evm.PasswordFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A chain that a local cloud uses and does not run: the contracts there are checked, or deployed
 * once.
 */
final class ExistingChain {
  private final URI node;
  private final LedgerOptions options;
  private final Path file;

  /** What a local cloud was started with, if it runs no chain itself. */
  static Optional<LedgerValues> values(Path cloud) {
    return LedgerValues.read(file(cloud));
  }

  private static Path file(Path cloud) {
    return cloud.resolve("ledger.properties");
  }

  /**
   * @param cloud the local cloud's folder, in which is remembered what was deployed
   */
  ExistingChain(Path cloud, URI node, LedgerOptions options) {
    this.node = node;
    this.options = options;
    this.file = file(cloud);
  }

  /**
   * Makes sure that the contracts are there.
   *
   * @param contracts to be deployed, where they are built
   * @param publisher who publishes rewards
   * @return the hub's configuration
   */
  List<String> prepare(Optional<ContractsFolder> contracts, Supplier<AccountId> publisher) {
    long number = options.number.orElseGet(() -> EvmChain.numberOf(node));
    try (EvmChain chain = LedgerValues.connect(node, number)) {
      Optional<LedgerValues> known = known(number);
      LedgerValues values =
          named(number)
              .or(() -> known)
              .orElseGet(() -> deploy(chain, built(contracts), publisher.get()));
      values.contracts(chain);
      keep(values);
      return values.lines();
    }
  }

  /** A chain is known by its number: its node may have another URL today. */
  private Optional<LedgerValues> known(long number) {
    Optional<LedgerValues> known = LedgerValues.read(file);
    known
        .filter(its -> its.chain() != number)
        .ifPresent(its -> {
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "the books of this cloud's hub are of chain %d, not of %d: give --chain a node of that one"
                  .formatted(its.chain(), number));
        });
    return known.map(its -> its.at(node));
  }

  private static ContractsFolder built(Optional<ContractsFolder> contracts) {
    return contracts.orElseThrow(() ->
        new ZansocException(
            ErrorCode.PRECONDITION_FAILED,
            "the contracts to deploy are not built (they need Node.js 18: apt-get install nodejs npm); or name those that are there by --escrow"));
  }

  private Optional<LedgerValues> named(long number) {
    return options.escrow.map(
        escrow -> new LedgerValues(node, number, escrow, options.router, options.twap));
  }

  private LedgerValues deploy(EvmChain chain, ContractsFolder contracts, AccountId publisher) {
    DevelopmentChain development = new DevelopmentChain(chain);
    EvmKey key = options.deployer.map(this::deployer).orElseGet(() -> developmentKey(development));
    Map<String, String> parameters =
        options.deployer.isEmpty()
            ? development.parameters(contracts.plan(), publisher)
            : production(chain, contracts, key, publisher);
    options.stablecoin.ifPresent(address -> parameters.put("stablecoin", address.text()));
    return LedgerValues.of(
        node, chain.id(), new Deployer(chain, key, contracts.plan()).deploy(parameters));
  }

  private EvmKey deployer(Path keystore) {
    Path password =
        options.deployerPassword.orElseThrow(() ->
            new ZansocException(
                ErrorCode.INVALID_ARGUMENT,
                "--deployer needs --deployer-password-file: the file with the keystore's password"));
    return new Keystore(keystore).read(PasswordFile.read(password));
  }

  private EvmKey developmentKey(DevelopmentChain development) {
    if (!development.isIt()) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "chain %s has no contracts of ours that were named, and is no development chain: name them by --escrow ADDRESS, or an account to deploy them with by --deployer FILE"
              .formatted(node.getHost()));
    }
    return DevelopmentChain.faucet();
  }

  private Map<String, String> production(
      EvmChain chain, ContractsFolder contracts, EvmKey deployer, AccountId publisher) {
    if (options.stablecoin.isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a deployment with an account of one's own needs --stablecoin ADDRESS: the USD stablecoin of that chain");
    }
    return Deployer.parameters(
        contracts.plan().productionParameters(),
        new Deployer.Parties(deployer.account(), deployer.account(), publisher),
        chain);
  }

  private void keep(LedgerValues values) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    values.write(file);
  }
}
