package cloud.zansoc.hub.store;

class PostgresNetworkStoreTest extends NetworkStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
