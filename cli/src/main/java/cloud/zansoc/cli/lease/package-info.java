/** {@code zansoc lease ...}: the leases that a client pays for. */
@NullMarked
package cloud.zansoc.cli.lease;

import org.jspecify.annotations.NullMarked;
