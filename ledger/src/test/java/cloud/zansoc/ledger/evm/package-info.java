/** A chain process for tests, and what is particular to the ledger on a chain. */
@NullMarked
package cloud.zansoc.ledger.evm;

import org.jspecify.annotations.NullMarked;
