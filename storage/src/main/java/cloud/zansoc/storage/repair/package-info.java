/**
 * The restoring of redundancy on ciphertext: {@link cloud.zansoc.storage.repair.RepairOrder} says
 * what to do, {@link cloud.zansoc.storage.repair.RepairWorker} does it on a host or in the hub,
 * {@link cloud.zansoc.storage.repair.RepairResult} says what was done. Nothing here knows a key.
 */
@NullMarked
package cloud.zansoc.storage.repair;

import org.jspecify.annotations.NullMarked;
