/**
 * Images that are made here instead of pulled: {@link cloud.zansoc.compute.image.BaseImageBuilder}.
 * Knows no engine: what it makes is an archive that any engine loads.
 */
@NullMarked
package cloud.zansoc.compute.image;

import org.jspecify.annotations.NullMarked;
