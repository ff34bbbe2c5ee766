package cloud.zansoc.cli.local;

import cloud.zansoc.ledger.AccountId;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which ledger a local cloud has. */
final class LedgerOptions {
  @Option(names = "--no-chain", description = "Start no chain: the hub has no ledger.")
  boolean none;

  @Option(
      names = "--chain-port",
      paramLabel = "PORT",
      defaultValue = "" + LocalChain.PORT,
      description = "The port of the local chain, on loopback (default: 7445).")
  int port;

  @Option(
      names = "--chain",
      paramLabel = "URL",
      description = {
        "A node of a chain that is there, instead of a chain of this cloud's own.",
        "The contracts are deployed there, once, unless --escrow names them."
      })
  Optional<URI> node = Optional.empty();

  @Option(
      names = "--chain-id",
      paramLabel = "N",
      description = "The number that chain must have (default: the one that it has).")
  Optional<Long> number = Optional.empty();

  @Option(
      names = "--escrow",
      paramLabel = "ADDRESS",
      description = "The escrow of the contracts that are on that chain.")
  Optional<AccountId> escrow = Optional.empty();

  @Option(names = "--router", paramLabel = "ADDRESS", description = "The exchange's router there.")
  Optional<AccountId> router = Optional.empty();

  @Option(
      names = "--twap",
      paramLabel = "ADDRESS",
      description = "The contract there that averages the coin's price.")
  Optional<AccountId> twap = Optional.empty();

  @Option(
      names = "--deployer",
      paramLabel = "FILE",
      description = {
        "The keystore of the account that deploys, and that receives first coins and commission.",
        "Not needed on a chain with the accounts of Anvil, which everybody knows."
      })
  Optional<Path> deployer = Optional.empty();

  @Option(
      names = "--deployer-password-file",
      paramLabel = "FILE",
      description = "The file whose first line is that keystore's password.")
  Optional<Path> deployerPassword = Optional.empty();

  @Option(
      names = "--stablecoin",
      paramLabel = "ADDRESS",
      description = "The USD stablecoin there in which the exchange prices the coin.")
  Optional<AccountId> stablecoin = Optional.empty();
}
