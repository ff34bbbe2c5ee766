package cloud.zansoc.hub.store;

import cloud.zansoc.ledger.outbox.MemoryOutboxStore;
import cloud.zansoc.ledger.outbox.OutboxStore;

class MemoryOutboxStoreTest extends OutboxStoreContract {
  @Override
  OutboxStore newStore() {
    return new MemoryOutboxStore();
  }
}
