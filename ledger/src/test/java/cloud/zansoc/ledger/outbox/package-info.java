/** Tests of the outbox, on a chain that loses, repeats and delays. */
@NullMarked
package cloud.zansoc.ledger.outbox;

import org.jspecify.annotations.NullMarked;
