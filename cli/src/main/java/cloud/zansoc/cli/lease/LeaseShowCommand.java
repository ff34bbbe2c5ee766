package cloud.zansoc.cli.lease;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.LeaseId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description =
        "Show a lease: its rate, until when it is paid, and what closing it would refund.")
final class LeaseShowCommand extends ChainCommand {
  @Parameters(paramLabel = "LEASE", description = "Its id, 0x and 64 digits.")
  private LeaseId lease;

  @Override
  protected void run(ChainSession chain, Output output) {
    LeaseView view =
        chain
            .history()
            .lease(lease)
            .map(record -> LeaseView.of(record, chain.ledger().now()))
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.NOT_FOUND,
                    "no lease %s was opened here: 'zansoc lease ls --all' lists the wallet's"
                        .formatted(lease)));
    if (output.isJson()) {
      output.json(view);
    } else {
      view.lines().forEach(output::line);
    }
  }
}
