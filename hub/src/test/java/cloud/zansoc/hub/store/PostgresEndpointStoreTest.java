package cloud.zansoc.hub.store;

class PostgresEndpointStoreTest extends EndpointStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
