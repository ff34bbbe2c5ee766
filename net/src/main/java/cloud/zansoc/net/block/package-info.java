/**
 * The transport of blocks between peers: {@link cloud.zansoc.net.block.BlockServer} at the host,
 * {@link cloud.zansoc.net.block.NettyBlockDialer} at the client, on one {@link
 * cloud.zansoc.net.block.PeerTransport} for each program. docs/format/block-protocol.md.
 *
 * <p>With control, the only owner of Netty. Blocking at its edge, for virtual threads. It knows
 * permits and receipts as bytes to pass on and checks neither: that is the service's.
 */
@NullMarked
package cloud.zansoc.net.block;

import org.jspecify.annotations.NullMarked;
