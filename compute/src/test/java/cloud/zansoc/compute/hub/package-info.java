/** Tests of matching, leases and deployments. */
@NullMarked
package cloud.zansoc.compute.hub;

import org.jspecify.annotations.NullMarked;
