/**
 * What is generated from the command model: the reference in docs/reference/cli.md, manual pages,
 * and completion for shells. {@link cloud.zansoc.cli.reference.CommandPage} is what all of them
 * show.
 */
@NullMarked
package cloud.zansoc.cli.reference;

import org.jspecify.annotations.NullMarked;
