/**
 * The agent on a lent machine. {@link cloud.zansoc.host.Agent} composes block store, block server
 * and control connection, and obeys its hub within the owner's limits ({@link
 * cloud.zansoc.host.HostConfiguration}); it never interprets what it stores.
 */
@NullMarked
package cloud.zansoc.host;

import org.jspecify.annotations.NullMarked;
