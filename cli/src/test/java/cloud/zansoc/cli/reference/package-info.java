@NullMarked
package cloud.zansoc.cli.reference;

import org.jspecify.annotations.NullMarked;
