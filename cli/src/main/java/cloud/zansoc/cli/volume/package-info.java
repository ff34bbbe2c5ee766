/** Commands about volumes. */
@NullMarked
package cloud.zansoc.cli.volume;

import org.jspecify.annotations.NullMarked;
