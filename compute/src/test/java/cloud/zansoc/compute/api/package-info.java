@NullMarked
package cloud.zansoc.compute.api;

import org.jspecify.annotations.NullMarked;
