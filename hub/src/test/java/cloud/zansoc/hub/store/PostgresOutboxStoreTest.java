package cloud.zansoc.hub.store;

class PostgresOutboxStoreTest extends SqlOutboxStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
