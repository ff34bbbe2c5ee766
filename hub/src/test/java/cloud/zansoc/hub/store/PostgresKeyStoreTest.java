package cloud.zansoc.hub.store;

class PostgresKeyStoreTest extends KeyStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
