package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.Payment;
import java.time.Instant;
import java.util.stream.Stream;
import org.web3j.utils.Numeric;

/** What the escrow's events in a receipt say has happened. */
final class EscrowEvents {
  private static final String OPENED =
      topic("LeaseOpened(bytes32,address,address,uint256,uint256,uint256,bytes32,bytes32)");
  private static final String TOPPED_UP = topic("LeaseToppedUp(bytes32,address,uint256,uint256)");
  private static final String SETTLED =
      topic("LeaseSettled(bytes32,address,uint256,uint256,uint256)");
  private static final String CLOSED =
      topic("LeaseClosed(bytes32,address,address,uint256,uint256)");

  private final AccountId escrow;
  private final Receipt receipt;

  EscrowEvents(AccountId escrow, Receipt receipt) {
    this.escrow = escrow;
    this.receipt = receipt;
  }

  /** The lease that was opened. */
  Lease opened() {
    Receipt.Log log = only(OPENED);
    Words data = Words.read(log.data(), 0);
    Words topics = log.indexed();
    return new Lease(
        topics.lease(0),
        topics.account(1),
        topics.account(2),
        data.amount(0),
        data.time(1),
        data.time(2));
  }

  /** Until when the lease is paid that was topped up. */
  Instant toppedUpUntil() {
    return Words.read(only(TOPPED_UP).data(), 0).time(1);
  }

  /** All that was settled. */
  Payment settled() {
    return all(SETTLED)
        .map(log -> Words.read(log.data(), 0))
        .map(data -> new Payment(data.amount(0), data.amount(1)))
        .reduce(Payment.NONE, Payment::plus);
  }

  /** What closing gave back. */
  Amount refunded() {
    return Words.read(only(CLOSED).data(), 0).amount(1);
  }

  private Receipt.Log only(String topic) {
    return all(topic)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "transaction " + receipt.transaction() + " has no event " + topic));
  }

  private Stream<Receipt.Log> all(String topic) {
    return receipt.logs().stream()
        .filter(log -> log.contract().equals(escrow) && log.topics().getFirst().equals(topic));
  }

  private static String topic(String event) {
    return Numeric.toHexString(Words.keccak(event));
  }
}
