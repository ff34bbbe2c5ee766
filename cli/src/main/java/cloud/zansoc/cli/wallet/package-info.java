/** {@code zansoc wallet ...} and {@code zansoc price}: the user's key in the ledger, and prices. */
@NullMarked
package cloud.zansoc.cli.wallet;

import org.jspecify.annotations.NullMarked;
