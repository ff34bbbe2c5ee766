/** What every store of books does, and tests of the arithmetic without a chain. */
@NullMarked
package cloud.zansoc.ledger.books;

import org.jspecify.annotations.NullMarked;
