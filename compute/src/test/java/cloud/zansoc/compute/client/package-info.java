/** Tests of what clients read and ask. */
@NullMarked
package cloud.zansoc.compute.client;

import org.jspecify.annotations.NullMarked;
