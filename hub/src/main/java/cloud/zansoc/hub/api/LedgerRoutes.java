package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.node.BooksView;
import cloud.zansoc.net.node.ReconciliationView;
import java.util.List;
import java.util.Optional;

/** The books of the ledger. */
final class LedgerRoutes {
  private final Optional<Books> books;

  /**
   * @param books none where the hub has no chain
   */
  LedgerRoutes(Optional<Books> books) {
    this.books = books;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/v1/ledger/books", Access.OPERATOR, "How the books of the ledger stand")
            .gives(BooksView.class)
            .does((request, caller) -> Reply.ok(books().view())),
        ApiRoute.post(
                "/v1/ledger/reconcile",
                Access.OPERATOR,
                "Compare every account of the books with the chain")
            .gives(ReconciliationView.class)
            .does((request, caller) -> Reply.ok(books().reconcile())));
  }

  private Books books() {
    return books.orElseThrow(() ->
        new ZansocException(
            ErrorCode.UNSUPPORTED,
            "this hub keeps no books: start it with --chain, --chain-id and --escrow"));
  }
}
