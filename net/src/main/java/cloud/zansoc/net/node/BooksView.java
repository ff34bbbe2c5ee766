package cloud.zansoc.net.node;

import java.util.Optional;

/**
 * How the hub's books of the ledger stand.
 *
 * @param block the number of the block up to which all is booked; none before they begin
 * @param failure why nothing is booked at present
 * @param reconciled the latest comparison with the chain
 */
public record BooksView(
    Optional<Long> block, Optional<String> failure, Optional<ReconciliationView> reconciled) {}
