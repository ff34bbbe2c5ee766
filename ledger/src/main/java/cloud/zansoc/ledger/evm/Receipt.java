package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import java.util.List;
import java.util.Optional;

/**
 * What a transaction that is in a block has done.
 *
 * @param transaction its hash
 * @param created the contract that it made, if it is one that does
 */
record Receipt(String transaction, Optional<AccountId> created, List<Log> logs) {
  Receipt {
    logs = List.copyOf(logs);
  }

  /** One event; every event of our contracts has at least the topic of its kind. */
  record Log(AccountId contract, List<String> topics, String data) {
    Log {
      topics = List.copyOf(topics);
    }

    /** The topics behind that of the kind. */
    Words indexed() {
      StringBuilder words = new StringBuilder("0x");
      topics.stream().skip(1).forEach(topic -> words.append(topic, 2, topic.length()));
      return Words.read(words.toString(), 0);
    }
  }
}
