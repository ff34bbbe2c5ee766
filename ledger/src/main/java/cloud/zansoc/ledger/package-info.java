/**
 * Who has how many coins, and which leases pay whom: the truth is the escrow
 * (docs/reference/contracts.md).
 *
 * <p>{@link cloud.zansoc.ledger.Ledger} is what the rest of the system uses; {@link
 * cloud.zansoc.ledger.MemoryLedger} is its model in memory, and {@code evm} the contracts
 * themselves. Both pass the same suite. Amounts are integers of the smallest unit, times whole
 * seconds of the ledger's own clock. Expected refusals are values, not exceptions. Nothing here
 * knows web3j, storage or computing.
 */
@NullMarked
package cloud.zansoc.ledger;

import org.jspecify.annotations.NullMarked;
