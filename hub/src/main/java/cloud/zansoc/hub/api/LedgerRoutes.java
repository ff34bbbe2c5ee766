package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.node.BooksView;
import cloud.zansoc.net.node.LedgerView;
import cloud.zansoc.net.node.OutboxView;
import cloud.zansoc.net.node.ReconciliationView;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The ledger's chain and contracts, its books, and what the hub sends. */
public final class LedgerRoutes {
  private final Optional<Ledger> ledger;

  /**
   * The hub's part in a ledger.
   *
   * @param view its chain and contracts
   * @param outbox what the hub sends
   */
  public record Ledger(Supplier<LedgerView> view, Books books, Supplier<OutboxView> outbox) {}

  /**
   * @param ledger none where the hub has none
   */
  LedgerRoutes(Optional<Ledger> ledger) {
    this.ledger = ledger;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/v1/ledger", Access.EARNER, "The ledger's chain and contracts")
            .gives(LedgerView.class)
            .does((request, caller) -> Reply.ok(ledger().view().get())),
        ApiRoute.get("/v1/ledger/books", Access.OPERATOR, "How the books of the ledger stand")
            .gives(BooksView.class)
            .does((request, caller) -> Reply.ok(ledger().books().view())),
        ApiRoute.get("/v1/ledger/outbox", Access.OPERATOR, "How what the hub sends stands")
            .gives(OutboxView.class)
            .does((request, caller) -> Reply.ok(ledger().outbox().get())),
        ApiRoute.post(
                "/v1/ledger/reconcile",
                Access.OPERATOR,
                "Compare every account of the books with the chain")
            .gives(ReconciliationView.class)
            .does((request, caller) -> Reply.ok(ledger().books().reconcile())));
  }

  private Ledger ledger() {
    return ledger.orElseThrow(() ->
        new ZansocException(
            ErrorCode.UNSUPPORTED,
            "this hub has no ledger: its operator starts it with --chain, --chain-id and --escrow"));
  }
}
