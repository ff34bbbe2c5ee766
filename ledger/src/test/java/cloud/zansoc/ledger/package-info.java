/** One suite for every ledger, and a comparison of the model with the contracts. */
@NullMarked
package cloud.zansoc.ledger;

import org.jspecify.annotations.NullMarked;
