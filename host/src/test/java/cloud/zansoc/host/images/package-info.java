/** Tests of the images of a host. */
@NullMarked
package cloud.zansoc.host.images;

import org.jspecify.annotations.NullMarked;
