/** The systematic Reed–Solomon code and the shape of what it makes. */
@NullMarked
package cloud.zansoc.codec.erasure;

import org.jspecify.annotations.NullMarked;
