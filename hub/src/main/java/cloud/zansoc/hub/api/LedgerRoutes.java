package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.node.BooksView;
import cloud.zansoc.net.node.LedgerView;
import cloud.zansoc.net.node.ReconciliationView;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The ledger's chain and contracts, and its books. */
final class LedgerRoutes {
  private final Optional<Supplier<LedgerView>> ledger;
  private final Optional<Books> books;

  /** Both are there, or the hub has no ledger. */
  LedgerRoutes(Optional<Supplier<LedgerView>> ledger, Optional<Books> books) {
    this.ledger = ledger;
    this.books = books;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/v1/ledger", Access.ENROLLED, "The ledger's chain and contracts")
            .gives(LedgerView.class)
            .does((request, caller) -> Reply.ok(of(ledger).get())),
        ApiRoute.get("/v1/ledger/books", Access.OPERATOR, "How the books of the ledger stand")
            .gives(BooksView.class)
            .does((request, caller) -> Reply.ok(of(books).view())),
        ApiRoute.post(
                "/v1/ledger/reconcile",
                Access.OPERATOR,
                "Compare every account of the books with the chain")
            .gives(ReconciliationView.class)
            .does((request, caller) -> Reply.ok(of(books).reconcile())));
  }

  private static <T> T of(Optional<T> part) {
    return part.orElseThrow(() ->
        new ZansocException(
            ErrorCode.UNSUPPORTED,
            "this hub has no ledger: its operator starts it with --chain, --chain-id and --escrow"));
  }
}
