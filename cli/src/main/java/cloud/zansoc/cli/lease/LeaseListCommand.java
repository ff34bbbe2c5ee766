package cloud.zansoc.cli.lease;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.LeaseRecord;
import cloud.zansoc.ledger.evm.LedgerHistory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "ls",
    description = {
      "List the leases that an account has opened and not closed, as the chain has them.",
      "A lapsed one is paid for no longer: it can only be closed."
    })
final class LeaseListCommand extends ChainCommand {
  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      description = "Whose leases (default: the wallet's).")
  private Optional<AccountId> account = Optional.empty();

  @Option(
      names = "--as-host",
      description = "Those that others have opened on the account's offers instead.")
  private boolean asHost;

  @Option(
      names = {"--all", "-a"},
      description = "Closed ones too.")
  private boolean all;

  @Override
  protected void run(ChainSession chain, Output output) {
    AccountId whose = account.orElseGet(chain::account);
    LedgerHistory history = chain.history();
    List<LeaseRecord> records =
        asHost ? history.leasesOfHost(whose) : history.leasesOfClient(whose);
    Instant now = chain.ledger().now();
    List<LeaseView> views =
        records.stream()
            .filter(record -> all || record.open().isPresent())
            .map(record -> LeaseView.of(record, now))
            .toList();
    if (output.isJson()) {
      output.json(views);
    } else {
      output.table(LeaseView.HEADERS, views.stream().map(LeaseView::row).toList());
    }
  }
}
