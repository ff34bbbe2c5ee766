package cloud.zansoc.hub.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteEndpointStoreTest extends EndpointStoreContract {
  @TempDir private Path folder;

  @Override
  String newDatabase() {
    return "jdbc:sqlite:" + folder.resolve("hub.sqlite");
  }
}
