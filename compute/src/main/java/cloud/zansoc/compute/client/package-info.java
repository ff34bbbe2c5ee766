/**
 * What a client needs to deploy: the file that describes a deployment ({@link
 * cloud.zansoc.compute.client.DeploymentFile}) and the hub's API ({@link
 * cloud.zansoc.compute.client.ComputeHub}). It prints nothing and asks nobody.
 */
@NullMarked
package cloud.zansoc.compute.client;

import org.jspecify.annotations.NullMarked;
