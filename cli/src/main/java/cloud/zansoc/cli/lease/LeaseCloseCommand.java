package cloud.zansoc.cli.lease;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.LeaseId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "close",
    description = {
      "End a lease: its host is paid up to now, and the rest goes back to its client's balance.",
      "Its client and its host can do so at any time, anyone once it has lapsed."
    })
final class LeaseCloseCommand extends ChainCommand {
  @Mixin private PasswordOption password;

  @Parameters(paramLabel = "LEASE", description = "Its id, 0x and 64 digits.")
  private LeaseId lease;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      defaultValue = "NO_LONGER_NEEDED",
      description = "For the record: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private CloseReason reason;

  @Override
  protected void run(ChainSession chain, Output output) {
    Amount refund = chain.ledger().close(chain.unlock(password).account(), lease, reason).orThrow();
    output.result(
        new Result(lease.text(), refund.inCoins()),
        "Closed; %s coins went back to its client's balance.".formatted(refund.inCoins()));
  }

  /** The result; the refund is in coins. */
  record Result(String lease, String refund) {}
}
