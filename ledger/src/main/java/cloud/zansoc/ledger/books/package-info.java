/**
 * The hub's double-entry books of one ledger: every event of the chain that moves coins, once, as
 * an entry whose postings sum to zero.
 *
 * <p>{@link cloud.zansoc.ledger.books.Booker} follows the chain, {@link
 * cloud.zansoc.ledger.books.Reconciliation} compares what is booked with what the contracts say.
 * Both see the chain through {@link cloud.zansoc.ledger.books.BooksChain} and the database through
 * {@link cloud.zansoc.ledger.books.BooksStore}. The truth is the chain: books are never corrected
 * by hand, and a block that the chain gave up takes its entries with it
 * (docs/decisions/0011-books.md). Nothing here knows web3j or SQL.
 */
@NullMarked
package cloud.zansoc.ledger.books;

import org.jspecify.annotations.NullMarked;
