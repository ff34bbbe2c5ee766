@NullMarked
package cloud.zansoc.cli.node;

import org.jspecify.annotations.NullMarked;
