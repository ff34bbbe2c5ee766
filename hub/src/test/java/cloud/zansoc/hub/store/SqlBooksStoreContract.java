package cloud.zansoc.hub.store;

import cloud.zansoc.ledger.books.BooksStore;
import cloud.zansoc.ledger.books.BooksStoreContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The suite of all stores of books, on a database. */
abstract class SqlBooksStoreContract extends BooksStoreContract {
  private final List<Database> opened = new ArrayList<>();
  private String url = "";

  abstract String newDatabase();

  @Override
  protected BooksStore empty() {
    url = newDatabase();
    return reopened();
  }

  @Override
  protected BooksStore reopened() {
    Database database = Database.open(url);
    opened.add(database);
    return new SqlBooksStore(database);
  }

  @AfterEach
  final void close() {
    opened.forEach(Database::close);
  }
}
