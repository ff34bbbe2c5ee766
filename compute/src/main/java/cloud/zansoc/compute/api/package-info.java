/**
 * What client, hub and host say to each other about computing: what a client asks for ({@link
 * cloud.zansoc.compute.api.DeploymentSpec}), what a hub orders from a host ({@link
 * cloud.zansoc.compute.api.InstanceOrder}) and what the host answers ({@link
 * cloud.zansoc.compute.api.InstanceStatus}). Records only; they check themselves when they are
 * made.
 */
@NullMarked
package cloud.zansoc.compute.api;

import org.jspecify.annotations.NullMarked;
