package cloud.zansoc.hub.api;

import cloud.zansoc.net.node.BooksView;
import cloud.zansoc.net.node.ReconciliationView;

/** The books of the ledger, as the API shows them. Thread-safe. */
public interface Books {
  /** How they stand; asks nobody. */
  BooksView view();

  /**
   * Books what is new and compares all accounts with the chain.
   *
   * @throws cloud.zansoc.base.ZansocException UNREACHABLE where the chain is away, and others that
   *     say why the books cannot be compared
   */
  ReconciliationView reconcile();
}
