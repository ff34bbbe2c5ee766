/**
 * Who belongs to the hub: members and their tenants, invitations, hosts and whether they are there.
 *
 * <p>{@link cloud.zansoc.hub.registry.Enrolment} lets peers in, {@link
 * cloud.zansoc.hub.registry.Members} knows who may do what, {@link cloud.zansoc.hub.registry.Hosts}
 * is the directory of machines that storage places on. All read from memory; every change is
 * durable in the {@link cloud.zansoc.hub.registry.RegistryStore} first. No HTTP and no SQL here.
 */
@NullMarked
package cloud.zansoc.hub.registry;

import org.jspecify.annotations.NullMarked;
