/**
 * What one account wants done on the ledger, kept until it is: the truth for what was submitted,
 * and for which transactions were signed for it.
 *
 * <p>{@link cloud.zansoc.ledger.outbox.Outbox} takes requests and carries them out, {@link
 * cloud.zansoc.ledger.outbox.OutboxLoop} drives it, {@link cloud.zansoc.ledger.outbox.OutboxStore}
 * is where everything lies, {@link cloud.zansoc.ledger.outbox.OutboxChain} the account's way to the
 * chain. A transaction is stored before it is sent, so that a process can die anywhere: its
 * successor sends the same bytes, and a nonce is spent once. Nothing here knows web3j or SQL.
 */
@NullMarked
package cloud.zansoc.ledger.outbox;

import org.jspecify.annotations.NullMarked;
