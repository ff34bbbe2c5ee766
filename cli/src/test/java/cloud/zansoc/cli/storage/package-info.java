@NullMarked
package cloud.zansoc.cli.storage;

import org.jspecify.annotations.NullMarked;
