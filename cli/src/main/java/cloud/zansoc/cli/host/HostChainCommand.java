package cloud.zansoc.cli.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.http.ApiClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command of this host on the chain of its hub's ledger, with the host's own wallet. */
abstract class HostChainCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private FolderOption folder;

  @Option(
      names = "--chain",
      paramLabel = "URL",
      description = "A node of the ledger's chain to ask (default: the one that the hub names).")
  private Optional<URI> node = Optional.empty();

  /** Does the work; failures are ZansocExceptions. */
  protected abstract void run(ChainSession chain, Output output);

  @Override
  public final Integer call() {
    try (ApiClient api = folder.api();
        ChainSession chain = ChainSession.open(api, node)) {
      run(chain, options.output());
    }
    return 0;
  }

  /** The host's account, without opening its wallet. */
  final AccountId account() {
    return FolderWallet.account(wallet());
  }

  /** Opens the host's wallet, so that its account can be paid from. */
  final EvmKey unlock(ChainSession chain) {
    EvmKey key = FolderWallet.loadOrCreate(wallet());
    chain.keys().add(key);
    return key;
  }

  private Path wallet() {
    Path path = folder.folder().path();
    if (!FolderWallet.exists(path)) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "the host in %s has no wallet: it joined before its hub had a ledger; join again"
              .formatted(path));
    }
    return path;
  }
}
