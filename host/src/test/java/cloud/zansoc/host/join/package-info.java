@NullMarked
package cloud.zansoc.host.join;

import org.jspecify.annotations.NullMarked;
