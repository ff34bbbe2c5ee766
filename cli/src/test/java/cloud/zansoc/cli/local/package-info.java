/** Tests of local clouds. */
@NullMarked
package cloud.zansoc.cli.local;

import org.jspecify.annotations.NullMarked;
