/** A whole cloud of separate processes on this machine: up, down, status and the demonstration. */
@NullMarked
package cloud.zansoc.cli.local;

import org.jspecify.annotations.NullMarked;
