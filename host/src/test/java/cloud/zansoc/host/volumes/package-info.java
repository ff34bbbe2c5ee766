@NullMarked
package cloud.zansoc.host.volumes;

import org.jspecify.annotations.NullMarked;
