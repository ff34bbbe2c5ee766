package cloud.zansoc.cli.host;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Earnings;
import cloud.zansoc.ledger.HostEntry;
import cloud.zansoc.ledger.Payment;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "earnings",
    description = {
      "Show what this host has earned, in coins: settled, and due but not settled yet.",
      "Its balance can be withdrawn at any time; stake must be thawed first."
    })
final class HostEarningsCommand extends HostChainCommand {
  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      description = "Those of another account (default: this host's).")
  private Optional<AccountId> account = Optional.empty();

  @Override
  protected void run(ChainSession chain, Output output) {
    AccountId host = account.orElseGet(this::account);
    Earnings earnings = chain.history().earnings(host);
    HostEntry entry = chain.registry().host(host);
    View view =
        new View(
            host.text(),
            Paid.of(earnings.leases()),
            Paid.of(earnings.vouchers()),
            Paid.of(earnings.deals()),
            Paid.of(earnings.settled()),
            Paid.of(earnings.unsettled()),
            earnings.openLeases(),
            chain.ledger().balance(host).coins(),
            entry.stake().coins(),
            entry.thawing().coins());
    if (output.isJson()) {
      output.json(view);
    } else {
      print(output, view);
    }
  }

  private static void print(Output output, View view) {
    output.table(
        List.of("EARNED BY", ">PAID", ">COMMISSION", ">TO THE HOST"),
        List.of(
            view.leases().row("leases"),
            view.vouchers().row("vouchers"),
            view.deals().row("storage deals"),
            view.settled().row("settled"),
            view.unsettled().row("unsettled")));
    output.line(
        "balance %s, stake %s, thawing %s coins; %d open leases"
            .formatted(view.balance(), view.stake(), view.thawing(), view.openLeases()));
  }

  /** The result; amounts are coins. */
  record View(
      String account,
      Paid leases,
      Paid vouchers,
      Paid deals,
      Paid settled,
      Paid unsettled,
      int openLeases,
      String balance,
      String stake,
      String thawing) {}

  /** A payment in coins: what clients paid, the provider's part, and the host's. */
  record Paid(String gross, String fee, String net) {
    static Paid of(Payment payment) {
      return new Paid(payment.gross().coins(), payment.fee().coins(), payment.net().coins());
    }

    private List<String> row(String name) {
      return List.of(name, gross, fee, net);
    }
  }
}
