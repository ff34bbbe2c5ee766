@NullMarked
package cloud.zansoc.host.measure;

import org.jspecify.annotations.NullMarked;
