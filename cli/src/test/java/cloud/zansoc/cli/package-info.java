@NullMarked
package cloud.zansoc.cli;

import org.jspecify.annotations.NullMarked;
