/**
 * The commands about deployments and their instances: deploy, deployment and instance. They show
 * what the hub says; matching, leases and placement are the hub's.
 */
@NullMarked
package cloud.zansoc.cli.compute;

import org.jspecify.annotations.NullMarked;
