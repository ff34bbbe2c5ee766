@NullMarked
package cloud.zansoc.cli.host;

import org.jspecify.annotations.NullMarked;
