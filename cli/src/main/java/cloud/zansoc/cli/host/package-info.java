/** {@code zansoc host ...}: enrol this machine, run its agent, and steer it. */
@NullMarked
package cloud.zansoc.cli.host;

import org.jspecify.annotations.NullMarked;
