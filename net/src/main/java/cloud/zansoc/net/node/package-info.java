/** What a host and its hub tell each other about the machine. */
@NullMarked
package cloud.zansoc.net.node;

import org.jspecify.annotations.NullMarked;
