package cloud.zansoc.hub.store;

import cloud.zansoc.compute.hub.ComputeStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The contract on a database. */
abstract class SqlComputeStoreContract extends ComputeStoreContract {
  private final List<Database> databases = new ArrayList<>();

  abstract String newDatabase();

  @Override
  final ComputeStore newStore() {
    Database database = Database.open(newDatabase());
    databases.add(database);
    return new SqlComputeStore(database, new Inverted());
  }

  @AfterEach
  final void close() {
    databases.forEach(Database::close);
  }

  /** Seals nothing, but so that it is not read by accident. */
  static final class Inverted implements Sealing {
    @Override
    public byte[] seal(byte[] context, byte[] plain) {
      byte[] sealed = plain.clone();
      for (int i = 0; i < sealed.length; i++) {
        sealed[i] = (byte) ~sealed[i];
      }
      return sealed;
    }

    @Override
    public byte[] open(byte[] context, byte[] sealed) {
      return seal(context, sealed);
    }
  }
}
