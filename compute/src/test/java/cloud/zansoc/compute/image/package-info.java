/** Tests of images and their parts, and small images for tests. */
@NullMarked
package cloud.zansoc.compute.image;

import org.jspecify.annotations.NullMarked;
