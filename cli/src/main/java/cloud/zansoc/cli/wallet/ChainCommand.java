package cloud.zansoc.cli.wallet;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * A command that works on the chain of the hub's ledger. One that signs has a {@link
 * PasswordOption} as a mixin and calls {@link ChainSession#unlock}.
 */
public abstract class ChainCommand extends ClientCommand {
  @Option(
      names = "--chain",
      paramLabel = "URL",
      description = "A node of the ledger's chain to ask (default: the one that the hub names).")
  private Optional<URI> node = Optional.empty();

  /** Does the work; failures are ZansocExceptions. */
  protected abstract void run(ChainSession chain, Output output) throws Exception;

  @Override
  protected final void run(Session session, Output output) throws Exception {
    try (ChainSession chain = ChainSession.open(session, node)) {
      run(chain, output);
    }
  }
}
