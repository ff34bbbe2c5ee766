/** What the hub does: matches deployments with hosts, and keeps them running as asked and paid. */
@NullMarked
package cloud.zansoc.compute.hub;

import org.jspecify.annotations.NullMarked;
