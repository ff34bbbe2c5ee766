/** The commands about images of instances. */
@NullMarked
package cloud.zansoc.cli.image;

import org.jspecify.annotations.NullMarked;
