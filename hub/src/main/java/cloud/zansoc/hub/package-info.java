/**
 * The control plane as a program: {@link cloud.zansoc.hub.Hub} reads a {@link
 * cloud.zansoc.hub.HubConfiguration} and composes the database, the registry, the catalogue, the
 * API and the connections to hosts.
 */
@NullMarked
package cloud.zansoc.hub;

import org.jspecify.annotations.NullMarked;
