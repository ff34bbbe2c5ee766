/** Commands that reach into instances: ssh, exec, and the keys that open them. */
@NullMarked
package cloud.zansoc.cli.ssh;

import org.jspecify.annotations.NullMarked;
