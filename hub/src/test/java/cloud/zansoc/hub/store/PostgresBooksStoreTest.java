package cloud.zansoc.hub.store;

class PostgresBooksStoreTest extends SqlBooksStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
