package cloud.zansoc.hub.store;

import cloud.zansoc.compute.hub.ComputeStore;
import cloud.zansoc.compute.hub.MemoryComputeStore;

class MemoryComputeStoreTest extends ComputeStoreContract {
  @Override
  ComputeStore newStore() {
    return new MemoryComputeStore();
  }
}
