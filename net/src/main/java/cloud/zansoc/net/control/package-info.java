/**
 * The one connection that a host keeps to its hub, and the relay over it: {@link
 * cloud.zansoc.net.control.ControlServer} at the hub, {@link cloud.zansoc.net.control.ControlAgent}
 * at the host. docs/format/control-protocol.md.
 *
 * <p>It carries orders and does not know what they mean; it relays bytes that it cannot read.
 */
@NullMarked
package cloud.zansoc.net.control;

import org.jspecify.annotations.NullMarked;
