/** The commands about the ledger's books. */
@NullMarked
package cloud.zansoc.cli.ledger;

import org.jspecify.annotations.NullMarked;
