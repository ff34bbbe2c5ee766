/** The computing trade: api, engine, host and hub. */
@NullMarked
package cloud.zansoc.compute;

import org.jspecify.annotations.NullMarked;
