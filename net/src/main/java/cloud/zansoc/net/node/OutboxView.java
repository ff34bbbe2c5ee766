package cloud.zansoc.net.node;

import java.util.Optional;

/**
 * How what the hub sends to the chain stands: GET /v1/ledger/outbox.
 *
 * @param account the hub's, 0x and 40 digits
 * @param queued requests without a transaction
 * @param sent transactions in no block
 * @param mined transactions in a block that is not deep enough
 * @param failure why nothing can be sent at present
 */
public record OutboxView(
    String account, int queued, int sent, int mined, Optional<String> failure) {}
