package cloud.zansoc.hub.store;

class PostgresComputeStoreTest extends SqlComputeStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
