/**
 * What a host does: {@link cloud.zansoc.compute.host.InstanceKeeper} keeps the instances that its
 * hub ordered as ordered, through restarts of itself and of its engine, for as long as they are
 * paid; {@link cloud.zansoc.compute.host.InstanceStreams} serves the hub's ways into them.
 *
 * <p>The truth of what is ordered here is {@link cloud.zansoc.compute.host.OrderBook}; of what
 * runs, the engine, which is looked at anew in each step. One instance is changed by one thread at
 * a time ({@link cloud.zansoc.compute.host.Turns}); no lock is held over I/O. Nothing here reads a
 * clock or starts a thread of itself: {@link cloud.zansoc.compute.host.InstanceKeeper.Drive}.
 */
@NullMarked
package cloud.zansoc.compute.host;

import org.jspecify.annotations.NullMarked;
