package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.Payment;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.web3j.utils.Numeric;

/** What the events of a contract in a receipt say has happened. */
final class EscrowEvents {
  static final String OPENED =
      topic("LeaseOpened(bytes32,address,address,uint256,uint256,uint256,bytes32,bytes32)");
  private static final String TOPPED_UP = topic("LeaseToppedUp(bytes32,address,uint256,uint256)");
  static final String SETTLED = topic("LeaseSettled(bytes32,address,uint256,uint256,uint256)");
  static final String GRANTED =
      topic("MandateGranted(address,address,bytes32,uint256,uint256,uint256)");
  static final String MANDATE_USED = topic("MandateUsed(bytes32,address,uint256,uint256)");
  private static final String CLOSED =
      topic("LeaseClosed(bytes32,address,address,uint256,uint256)");

  private final AccountId contract;
  private final Receipt receipt;

  EscrowEvents(AccountId contract, Receipt receipt) {
    this.contract = contract;
    this.receipt = receipt;
  }

  /** The lease that was opened. */
  Lease opened() {
    return lease(only(OPENED));
  }

  /** All leases that were opened, in their order. */
  List<Lease> allOpened() {
    return all(OPENED).map(EscrowEvents::lease).toList();
  }

  private static Lease lease(Receipt.Log log) {
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
    return dataOf(TOPPED_UP).time(1);
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
    return dataOf(CLOSED).amount(1);
  }

  /** The words of the one event of a kind, without its topics. */
  Words dataOf(String topic) {
    return Words.read(only(topic).data(), 0);
  }

  Receipt.Log only(String topic) {
    return all(topic)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "transaction " + receipt.transaction() + " has no event " + topic));
  }

  private Stream<Receipt.Log> all(String topic) {
    return receipt.logs().stream()
        .filter(log -> log.contract().equals(contract) && log.topics().getFirst().equals(topic));
  }

  static String topic(String event) {
    return Numeric.toHexString(Words.keccak(event));
  }
}
