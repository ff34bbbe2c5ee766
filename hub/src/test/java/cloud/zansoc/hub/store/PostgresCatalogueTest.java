package cloud.zansoc.hub.store;

class PostgresCatalogueTest extends CatalogueContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
