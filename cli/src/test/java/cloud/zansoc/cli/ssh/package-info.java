/** Commands that reach into instances. */
@NullMarked
package cloud.zansoc.cli.ssh;

import org.jspecify.annotations.NullMarked;
