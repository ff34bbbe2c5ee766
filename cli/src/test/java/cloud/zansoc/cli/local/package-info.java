@NullMarked
package cloud.zansoc.cli.local;

import org.jspecify.annotations.NullMarked;
