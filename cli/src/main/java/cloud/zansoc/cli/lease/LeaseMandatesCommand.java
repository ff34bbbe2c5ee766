package cloud.zansoc.cli.lease;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Mandate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "mandates",
    description = {
      "List what an account lets others spend on leases from its balance, one line a deployment.",
      "Nothing is locked by a mandate, and what closed leases refund counts as not used."
    })
final class LeaseMandatesCommand extends ChainCommand {
  private static final long SECONDS_PER_HOUR = 3600;

  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      description = "Whose mandates (default: the wallet's).")
  private Optional<AccountId> account = Optional.empty();

  @Option(
      names = {"--all", "-a"},
      description = "Also those that are over and have no lease any more.")
  private boolean all;

  @Override
  protected void run(ChainSession chain, Output output) {
    Instant now = chain.ledger().now();
    List<View> views =
        chain.history().mandatesOf(account.orElseGet(chain::account)).stream()
            .map(mandate -> View.of(mandate, now))
            .filter(view -> all || view.state().equals("open") || !view.ratePerHour().equals("0"))
            .toList();
    if (output.isJson()) {
      output.json(views);
    } else {
      output.table(
          List.of(
              "DEPLOYMENT", "STATE", "AGENT", ">USED", ">LEFT", ">COINS/HOUR", ">AT MOST", "UNTIL"),
          views.stream().map(View::row).toList());
    }
  }

  /**
   * A mandate; amounts are coins.
   *
   * @param state open, expired or revoked
   * @param ratePerHour of its leases that are not closed
   */
  record View(
      String deployment,
      String state,
      String agent,
      String budget,
      String used,
      String left,
      String ratePerHour,
      String mostPerHour,
      Instant expiry) {
    static View of(Mandate mandate, Instant now) {
      String state = now.isAfter(mandate.terms().expiry()) ? "expired" : "open";
      return new View(
          mandate.name().deployment().toString(),
          mandate.isRevoked() ? "revoked" : state,
          mandate.name().agent().text(),
          mandate.terms().budget().coins(),
          mandate.used().coins(),
          mandate.left().coins(),
          mandate.rate().times(SECONDS_PER_HOUR).coins(),
          mandate.terms().mostRate().times(SECONDS_PER_HOUR).coins(),
          mandate.terms().expiry());
    }

    private List<String> row() {
      return List.of(
          deployment,
          state,
          agent,
          used,
          left,
          ratePerHour,
          mostPerHour,
          state.equals("revoked") ? "-" : expiry.toString());
    }
  }
}
