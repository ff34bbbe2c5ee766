/** {@code zansoc node ...} and {@code zansoc token ...}: the network as its hub sees it. */
@NullMarked
package cloud.zansoc.cli.node;

import org.jspecify.annotations.NullMarked;
