/**
 * What a host does: keeps the instances that its hub ordered as ordered, through restarts of itself
 * and of its engine, for as long as they are paid.
 */
@NullMarked
package cloud.zansoc.compute.host;

import org.jspecify.annotations.NullMarked;
