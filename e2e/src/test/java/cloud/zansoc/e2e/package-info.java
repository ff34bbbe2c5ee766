/**
 * The whole system with real parts: a hub and hosts as processes, the command line as users run it.
 */
@NullMarked
package cloud.zansoc.e2e;

import org.jspecify.annotations.NullMarked;
