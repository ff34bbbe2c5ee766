package cloud.zansoc.hub.store;

class PostgresRegistryStoreTest extends RegistryStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
