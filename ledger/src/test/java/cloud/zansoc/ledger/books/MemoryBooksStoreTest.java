package cloud.zansoc.ledger.books;

final class MemoryBooksStoreTest extends BooksStoreContract {
  private final MemoryBooksStore store = new MemoryBooksStore();

  @Override
  protected BooksStore empty() {
    return store;
  }

  /** What is in memory ends with its process. */
  @Override
  protected BooksStore reopened() {
    return store;
  }
}
