/**
 * What the hub decides about storage: where segments lie, who may do what, which segment is in
 * danger and how it is repaired.
 *
 * <p>{@link cloud.zansoc.storage.hub.Catalogue} is the port that the API's routes call, {@link
 * cloud.zansoc.storage.hub.HostDirectory} the port by which the registry of hosts is seen, {@link
 * cloud.zansoc.storage.hub.Placement} the choice of hosts, {@link
 * cloud.zansoc.storage.hub.RepairPlanner} the restoring of redundancy. No SQL and no JSON here; the
 * stores implement the ports in the hub.
 */
@NullMarked
package cloud.zansoc.storage.hub;

import org.jspecify.annotations.NullMarked;
