/** Who a peer is, and the TLS that proves it. The only owner of Bouncy Castle. */
@NullMarked
package cloud.zansoc.net.identity;

import org.jspecify.annotations.NullMarked;
