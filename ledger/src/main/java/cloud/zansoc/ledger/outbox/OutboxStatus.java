package cloud.zansoc.ledger.outbox;

import java.util.Optional;

/**
 * How an outbox stands after a step.
 *
 * @param queued requests without a transaction
 * @param sent transactions in no block
 * @param mined transactions in a block that is not deep enough
 * @param complaint the node's last complaint about what it was sent in this step
 */
public record OutboxStatus(int queued, int sent, int mined, Optional<String> complaint) {
  /** True where nothing is left to be done. */
  public boolean isDone() {
    return queued == 0 && sent == 0 && mined == 0;
  }
}
