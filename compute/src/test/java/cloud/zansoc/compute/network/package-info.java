@NullMarked
package cloud.zansoc.compute.network;

import org.jspecify.annotations.NullMarked;
