/** Keys, encryption and signatures, all on the JDK's own intrinsics. */
@NullMarked
package cloud.zansoc.codec.crypto;

import org.jspecify.annotations.NullMarked;
