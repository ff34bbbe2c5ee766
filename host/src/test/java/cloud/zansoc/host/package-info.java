@NullMarked
package cloud.zansoc.host;

import org.jspecify.annotations.NullMarked;
