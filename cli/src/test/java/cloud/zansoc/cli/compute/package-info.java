/** Tests of the commands about deployments. */
@NullMarked
package cloud.zansoc.cli.compute;

import org.jspecify.annotations.NullMarked;
