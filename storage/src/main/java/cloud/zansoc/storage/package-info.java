/** The storage trade. */
@NullMarked
package cloud.zansoc.storage;

import org.jspecify.annotations.NullMarked;
