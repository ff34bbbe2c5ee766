package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.AccountHistory.Movement;
import cloud.zansoc.ledger.evm.AccountHistory.Pocket;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What accounts got and gave, by the events of a real chain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccountHistoryTest {
  private static final long ALL_BLOCKS = 1_000_000;

  private final ChainWorld world;
  private final ChainActors actors;
  private final Ledger ledger;
  private final EvmKey client = TestKeys.fresh();
  private final EvmKey host = TestKeys.fresh();
  private final AccountHistory history;
  private final Erc20 coin;

  AccountHistoryTest() throws IOException {
    this.world = ChainWorld.start();
    this.actors = new ChainActors(world);
    this.ledger = world.ledger();
    this.coin = new Erc20(world.chain(), world.contract("coin"), world.keys());
    this.history =
        new AccountHistory(
            world.chain(), LedgerContracts.of(world.chain(), world.contract("escrow")));
    play();
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  private void play() {
    world.fund(client, Amount.ofCoins(10));
    world.fund(host, Amount.ofCoins(3));
    ledger.deposit(client.account(), Amount.ofCoins(8)).orThrow();
    ledger.deposit(host.account(), Amount.ofCoins(2)).orThrow();
    assertThat(actors.fund(client, host, Amount.ofCoins(4))).isTrue();
    assertThat(actors.redeem(client, host, Amount.ofCoins(1))).isTrue();
    assertThat(actors.stake(host, Amount.ofCoins(2))).isTrue();
    assertThat(actors.thaw(host, Amount.ofCoins(1))).isTrue();
    coin.transfer(client.account(), host.account(), Amount.parse("0.5")).orThrow();
    ledger.withdraw(client.account(), host.account(), Amount.ofCoins(1)).orThrow();
  }

  @Test
  void movements_ofAnAccount_comeToWhatItHas() {
    for (EvmKey key : List.of(client, host)) {
      AccountId account = key.account();
      List<Movement> movements = history.newest(account, 1000, ALL_BLOCKS);

      assertThat(sum(movements, Pocket.COINS)).isEqualTo(ledger.coins(account).units());
      assertThat(sum(movements, Pocket.ESCROW)).isEqualTo(ledger.balance(account).units());
    }
    List<Movement> hosts = history.newest(host.account(), 1000, ALL_BLOCKS);
    assertThat(sum(hosts, Pocket.STAKE)).isEqualTo(Amount.ofCoins(1).units());
    assertThat(sum(hosts, Pocket.THAWING)).isEqualTo(Amount.ofCoins(1).units());
  }

  @Test
  void movements_areNewestFirstAndNameTheOtherSide() {
    List<Movement> movements = history.newest(client.account(), 1000, ALL_BLOCKS);

    assertThat(movements)
        .extracting(Movement::event)
        .containsExactly(
            "Withdrawn", "Transfer", "ChannelFunded", "Transfer", "Deposited", "Transfer");
    assertThat(movements.get(1).other()).isEqualTo(Optional.of(host.account()));
    assertThat(movements.get(1).change()).isEqualTo(Amount.parse("0.5").units().negate());
    assertThat(movements.getFirst().other()).isEqualTo(Optional.empty());
    assertThat(movements).allMatch(each -> each.transaction().startsWith("0x"));
  }

  @Test
  void movements_limited_areTheNewest() {
    List<Movement> all = history.newest(host.account(), 1000, ALL_BLOCKS);

    assertThat(history.newest(host.account(), 2, ALL_BLOCKS)).isEqualTo(all.subList(0, 2));
    assertThat(history.newest(host.account(), 1000, 1)).hasSizeLessThan(all.size());
    assertThat(history.newest(TestKeys.fresh().account(), 10, ALL_BLOCKS)).isEmpty();
  }

  private static BigInteger sum(List<Movement> movements, Pocket pocket) {
    return movements.stream()
        .filter(each -> each.pocket() == pocket)
        .map(Movement::change)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }
}
