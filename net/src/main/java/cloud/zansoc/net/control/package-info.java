/** The one connection that a host keeps to its hub, and the relay over it. */
@NullMarked
package cloud.zansoc.net.control;

import org.jspecify.annotations.NullMarked;
