@NullMarked
package cloud.zansoc.ledger.rewards;

import org.jspecify.annotations.NullMarked;
