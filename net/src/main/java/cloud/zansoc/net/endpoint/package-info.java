/**
 * What clients of clients reach: one address for each published port, behind which the healthy
 * replicas of a service share the load. {@link cloud.zansoc.net.endpoint.EndpointServer} listens,
 * {@link cloud.zansoc.net.endpoint.EndpointRoutes} says what is published, {@link
 * cloud.zansoc.net.endpoint.BackendGroup} chooses replicas. Backends are reached over the control
 * connections of their hosts: nothing is dialled into a home. It knows nothing of deployments.
 */
@NullMarked
package cloud.zansoc.net.endpoint;

import org.jspecify.annotations.NullMarked;
