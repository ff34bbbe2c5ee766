package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.outbox.Operation;
import cloud.zansoc.ledger.outbox.OutboxStore;
import cloud.zansoc.ledger.outbox.Request;
import cloud.zansoc.ledger.outbox.Submission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract on a database, and what is particular to one. */
abstract class SqlOutboxStoreContract extends OutboxStoreContract {
  private static final AccountId ACCOUNT = new AccountId("0x" + "0a".repeat(20));
  private static final Request REQUEST =
      new Request("a", new Operation.Withdraw(ACCOUNT, Amount.ofUnits(1)));

  private final List<Database> databases = new ArrayList<>();

  abstract String newDatabase();

  @Override
  final OutboxStore newStore() {
    Database database = Database.open(newDatabase());
    databases.add(database);
    return new SqlOutboxStore(database, 1, ACCOUNT);
  }

  @AfterEach
  final void close() {
    databases.forEach(Database::close);
  }

  @Test
  void accounts_andChains_haveOutboxesOfTheirOwn() {
    Database database = databases.getLast();
    AccountId another = new AccountId("0x" + "0b".repeat(20));
    List<OutboxStore> stores =
        List.of(
            new SqlOutboxStore(database, 1, ACCOUNT),
            new SqlOutboxStore(database, 2, ACCOUNT),
            new SqlOutboxStore(database, 1, another));
    for (OutboxStore store : stores) {
      assertThat(store.add(List.of(REQUEST), 1, Instant.EPOCH))
          .isEqualTo(new Submission.Accepted(1));
      assertThat(store.queuedCount()).isEqualTo(1);
    }
  }
}
