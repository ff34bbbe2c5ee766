/** The transport of blocks between peers. With control, the only owner of Netty. */
@NullMarked
package cloud.zansoc.net.block;

import org.jspecify.annotations.NullMarked;
