/**
 * The public ports of deployments at this hub: {@link cloud.zansoc.hub.endpoint.PublicPorts} says
 * which are promised to whom, {@link cloud.zansoc.hub.endpoint.HubEndpoints} publishes what the
 * keeper of deployments says is serving. What passes through is not its business: {@code
 * net.endpoint} carries it.
 */
@NullMarked
package cloud.zansoc.hub.endpoint;

import org.jspecify.annotations.NullMarked;
