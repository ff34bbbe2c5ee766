/** The commands about the exchange of the coin. */
@NullMarked
package cloud.zansoc.cli.exchange;

import org.jspecify.annotations.NullMarked;
