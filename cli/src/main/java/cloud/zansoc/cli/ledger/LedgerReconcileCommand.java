package cloud.zansoc.cli.ledger;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.ReconciliationView;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "reconcile",
    description =
        "Compare every account of the hub's books with the chain, to the unit. Exit code 10 when"
            + " they differ.")
final class LedgerReconcileCommand extends ClientCommand {
  private static final List<String> HEADERS = List.of("ACCOUNT", ">BOOKS", ">CHAIN");

  @Override
  protected void run(Session session, Output output) {
    ReconciliationView view =
        session.api().call(ApiCall.post("/v1/ledger/reconcile"), ReconciliationView.class);
    if (output.isJson()) {
      output.json(view);
    } else {
      output.line(
          "block %d: %d accounts compared; the escrow has %s units, %s of them unassigned"
              .formatted(view.block(), view.accounts(), view.coins(), view.unassigned()));
    }
    if (view.differences().isEmpty()) {
      if (!output.isJson()) {
        output.line("books and chain are equal");
      }
      return;
    }
    if (!output.isJson()) {
      output.table(
          HEADERS,
          view.differences().stream()
              .map(difference ->
                  List.of(difference.account(), difference.books(), difference.chain()))
              .toList());
    }
    throw new ZansocException(
        ErrorCode.DAMAGED,
        "books and chain differ about %d accounts at block %d; the chain is right: see docs/operations/hub.md"
            .formatted(view.differences().size(), view.block()));
  }
}
