@NullMarked
package cloud.zansoc.hub.ssh;

import org.jspecify.annotations.NullMarked;
