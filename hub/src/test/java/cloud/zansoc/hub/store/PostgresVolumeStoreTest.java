package cloud.zansoc.hub.store;

class PostgresVolumeStoreTest extends VolumeStoreContract {
  @Override
  String newDatabase() {
    return PostgresServer.newDatabase();
  }
}
