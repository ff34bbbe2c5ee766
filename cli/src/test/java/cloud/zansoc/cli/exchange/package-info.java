@NullMarked
package cloud.zansoc.cli.exchange;

import org.jspecify.annotations.NullMarked;
